using System.Buffers.Text;
using System.Globalization;

namespace Goim.Protocol;

/// <summary>What a comet knows one connection by: <c>{user id}_{seq}</c>.</summary>
/// <remarks>goim logic/encode.go encode and decode.</remarks>
public readonly record struct SubKey(long UserId, int Seq)
{
    /// <summary>Bytes of the longest sub key, <c>-9223372036854775808_-2147483648</c>.</summary>
    public const int MaxLength = 32;

    /// <summary>Bytes of this sub key as text.</summary>
    public int Length => Digits.Count(UserId) + 1 + Digits.Count(Seq);

    /// <summary>
    /// Splits at the first <c>_</c> and reads both sides as Go does: <c>+5_007</c> is 5 and 7.
    /// False without a <c>_</c>, or where a side is no integer or outside int64 (user id) or int32 (seq).
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SubKey key)
    {
        key = default;
        var split = text.IndexOf('_');
        if (split < 0 || !GoInt.TryParse(text[..split], out long userId) || !GoInt.TryParse(text[(split + 1)..], out int seq))
        {
            return false;
        }

        key = new SubKey(userId, seq);
        return true;
    }

    /// <summary>Writes the sub key as ASCII and returns its length; <paramref name="destination"/> must hold it.</summary>
    public int Format(Span<byte> destination)
    {
        Utf8Formatter.TryFormat(UserId, destination, out var user);
        destination[user] = (byte)'_';
        Utf8Formatter.TryFormat(Seq, destination[(user + 1)..], out var seq);
        return user + 1 + seq;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{UserId}_{Seq}");
}
