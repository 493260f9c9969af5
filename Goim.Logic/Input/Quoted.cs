using System.Text;

namespace Goim.Logic.Input;

/// <summary>Quotes a caller's value in an error: at most 64 characters, without control characters.</summary>
internal static class Quoted
{
    private const int Longest = 64;

    public static string Of(string text)
    {
        var shown = text.Length <= Longest ? text : text[..Longest];
        var quoted = new StringBuilder("'", shown.Length + 5);
        foreach (var c in shown)
        {
            quoted.Append(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c);
        }

        return quoted.Append(text.Length <= Longest ? "'" : "…'").ToString();
    }
}
