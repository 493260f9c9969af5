namespace Goim.Logic.Delivery;

/// <summary>The records of one push among those of many.</summary>
/// <param name="First">Index of the first.</param>
/// <param name="Count">Their number.</param>
internal readonly record struct PushRange(int First, int Count)
{
    public ReadOnlySpan<PushRecord> Of(ReadOnlySpan<PushRecord> records) => records.Slice(First, Count);
}
