namespace Goim.Logic.Push;

/// <summary>Settings <c>Push__*</c>: when a push is answered, and its limits.</summary>
public sealed class PushOptions : ICheckedOptions
{
    public const string Section = "Push";

    /// <summary>When a push is answered that does not say; <c>queue</c> unless set.</summary>
    public PushAck Ack { get; init; } = PushAck.Queue;

    /// <summary>Largest body of <c>/1/pushs</c> and <c>/1/push/batch</c> in bytes: 1,000 to 100,000,000, 32 MiB unless set.</summary>
    public int MaxRequestBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Most user ids in one <c>/1/pushs</c>, or one line of a batch: 1 to 10,000,000, 1,000,000 unless set.</summary>
    public int MaxUsers { get; init; } = 1_000_000;

    /// <summary>Pushes under way at once in this process: 1 to 100,000, 1,000 unless set. One more is refused.</summary>
    public int MaxConcurrent { get; init; } = 1_000;

    IEnumerable<string> ICheckedOptions.Problems()
    {
        if (MaxRequestBytes is < 1_000 or > 100_000_000)
        {
            yield return $"Push__MaxRequestBytes is {MaxRequestBytes}: expected 1000 to 100000000.";
        }

        if (!Enum.IsDefined(Ack))
        {
            yield return $"Push__Ack is {Ack}: expected queue or broker.";
        }

        if (MaxConcurrent is < 1 or > 100_000)
        {
            yield return $"Push__MaxConcurrent is {MaxConcurrent}: expected 1 to 100000.";
        }

        if (MaxUsers is < 1 or > 10_000_000)
        {
            yield return $"Push__MaxUsers is {MaxUsers}: expected 1 to 10000000.";
        }
    }
}
