using System.Text;
using System.Text.Unicode;

namespace Goim.Comet.Client.Sample;

/// <summary>A message as one line of text.</summary>
internal static class MessageLine
{
    /// <summary>
    /// UTF-8 text as it is. Other bytes, and text with control characters other than tabs, as <c>base64:</c> and their base64: line breaks
    /// would make several lines, and escape sequences could change the terminal.
    /// </summary>
    public static string Of(ReadOnlySpan<byte> message)
    {
        if (Utf8.IsValid(message))
        {
            var text = Encoding.UTF8.GetString(message);
            if (!HasControl(text))
            {
                return text;
            }
        }

        return $"base64:{Convert.ToBase64String(message)}";
    }

    // U+2028 and U+2029 are line breaks too.
    private static bool HasControl(string text)
    {
        foreach (var character in text)
        {
            if ((char.IsControl(character) && character != '\t') || character is '\u2028' or '\u2029')
            {
                return true;
            }
        }

        return false;
    }
}
