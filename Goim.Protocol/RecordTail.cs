using System.Text;

namespace Goim.Protocol;

/// <summary>
/// Writes the last members of a push record, which goim does not have and its job ignores:
/// <c>,"except":["42_1"],"expires":1790000000000</c>.
/// </summary>
public static class RecordTail
{
    /// <summary>Writes a tail. Empty if it has neither member.</summary>
    /// <param name="except">Sub keys of connections that do not get the message of a room or of all. Empty is omitted.</param>
    /// <param name="expires">When the message is dropped instead of delivered: Unix time in ms. Null is omitted.</param>
    public static byte[] Write(ReadOnlySpan<SubKey> except, long? expires)
    {
        var tail = new StringBuilder();
        var next = ",\"except\":[\"";
        foreach (var key in except)
        {
            tail.Append(next).Append(key).Append('"');
            next = ",\"";
        }

        if (tail.Length > 0)
        {
            tail.Append(']');
        }

        if (expires is { } time)
        {
            tail.Append(System.Globalization.CultureInfo.InvariantCulture, $",\"expires\":{time}");
        }

        return Encoding.ASCII.GetBytes(tail.ToString());
    }
}
