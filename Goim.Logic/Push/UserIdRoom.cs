namespace Goim.Logic.Push;

/// <summary>How many user ids fit into the body of a <c>/1/pushs</c>, in words for its refusal.</summary>
internal static class UserIdRoom
{
    /// <summary>Two examples: ids of 19 digits, the most that an id has, and of 7.</summary>
    public static string Text(PushOptions options) =>
        $" (Push__MaxRequestBytes), about {Count(options, 19)} user ids of 19 digits or {Count(options, 7)} of 7";

    // With a comma each. Rounded to two digits, since the message takes some bytes too.
    private static int Count(PushOptions options, int digits)
    {
        var count = Math.Min(options.MaxRequestBytes / (digits + 1), options.MaxUsers);
        var unit = (int)Math.Pow(10, Math.Max(0, (int)Math.Log10(count) - 1));
        return Math.Min((int)Math.Round((double)count / unit) * unit, options.MaxUsers);
    }
}
