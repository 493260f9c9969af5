using System.Buffers.Text;
using System.Globalization;

namespace Goim.Protocol;

/// <summary>The name by which a comet server knows one connection: <c>{user id}_{seq}</c>.</summary>
/// <param name="UserId">The user that the connection belongs to.</param>
/// <param name="Seq">The connection's number, from 1 for each user.</param>
/// <remarks>goim logic/encode.go encode and decode.</remarks>
public readonly record struct SubKey(long UserId, int Seq)
{
    /// <summary>Bytes of the longest sub key, <c>-9223372036854775808_-2147483648</c>.</summary>
    public const int MaxLength = 32;

    /// <summary>Number of bytes that <see cref="Format"/> writes.</summary>
    public int Length => Digits.Count(UserId) + 1 + Digits.Count(Seq);

    /// <summary>
    /// Splits at the first <c>_</c> and parses both sides as Go does: <c>+5_007</c> is user 5, seq 7.
    /// False if there is no <c>_</c>, if a side is not an integer, or if it is out of range: int64 for the user id, int32 for the seq.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SubKey key)
    {
        key = default;
        var separator = text.IndexOf('_');
        if (separator < 0
            || !GoInt.TryParse(text[..separator], out long userId)
            || !GoInt.TryParse(text[(separator + 1)..], out int seq))
        {
            return false;
        }

        key = new SubKey(userId, seq);
        return true;
    }

    /// <summary>Parses a sub key in UTF-8, as the other overload does.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out SubKey key)
    {
        key = default;
        var separator = text.IndexOf((byte)'_');
        if (separator < 0
            || !GoInt.TryParse(text[..separator], out long userId)
            || !GoInt.TryParse(text[(separator + 1)..], out int seq))
        {
            return false;
        }

        key = new SubKey(userId, seq);
        return true;
    }

    /// <summary>Writes the sub key as ASCII and returns the number of bytes.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    public int Format(Span<byte> destination)
    {
        Utf8Formatter.TryFormat(UserId, destination, out var userIdLength);
        destination[userIdLength] = (byte)'_';
        Utf8Formatter.TryFormat(Seq, destination[(userIdLength + 1)..], out var seqLength);
        return userIdLength + 1 + seqLength;
    }

    /// <summary>The sub key as text, such as <c>42_1</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{UserId}_{Seq}");
}
