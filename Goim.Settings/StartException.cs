namespace Goim.Settings;

/// <summary>The process cannot start. The message is one sentence for the person who started it.</summary>
public sealed class StartException : Exception
{
    /// <param name="sentence">Names what is wrong, its value, and what was expected.</param>
    /// <param name="cause">The exception behind it; null for none.</param>
    public StartException(string sentence, Exception? cause = null)
        : base(sentence, cause)
    {
    }
}
