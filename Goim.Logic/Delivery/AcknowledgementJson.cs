using System.Globalization;

namespace Goim.Logic.Delivery;

/// <summary>
/// Writes <c>{"acks":[{"partition":3,"offset":17}]}</c>, the data of a push whose records are all acknowledged. A JSON writer and its
/// buffer would be most of what such an answer allocates.
/// </summary>
internal static class AcknowledgementJson
{
    private const int AroundBytes = 11;
    private const int MaxBytesEach = 56;

    /// <summary>Most bytes of the text.</summary>
    public static int MaxLength(int acknowledgements) => AroundBytes + (acknowledgements * MaxBytesEach);

    /// <summary>Writes the text.</summary>
    /// <param name="output">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="acknowledgements">In order.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> output, ReadOnlySpan<Acknowledgement> acknowledgements)
    {
        var end = Append(output, 0, """{"acks":["""u8);
        for (var i = 0; i < acknowledgements.Length; i++)
        {
            end = Append(output, end, i == 0 ? """{"partition":"""u8 : """,{"partition":"""u8);
            end = Append(output, end, acknowledgements[i].Partition);
            end = Append(output, end, ""","offset":"""u8);
            end = acknowledgements[i].Offset is { } offset ? Append(output, end, offset) : Append(output, end, "null"u8);
            output[end++] = (byte)'}';
        }

        return Append(output, end, "]}"u8);
    }

    private static int Append(Span<byte> output, int end, ReadOnlySpan<byte> text)
    {
        text.CopyTo(output[end..]);
        return end + text.Length;
    }

    private static int Append(Span<byte> output, int end, long number) =>
        number.TryFormat(output[end..], out var length, default, CultureInfo.InvariantCulture)
            ? end + length
            : throw new ArgumentException("The output is too short.", nameof(output));
}
