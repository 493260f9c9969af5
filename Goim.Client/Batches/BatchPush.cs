namespace Goim.Client;

/// <summary>A push of a batch.</summary>
/// <param name="target">Whom it is for. Not several rooms, which a batch cannot have.</param>
/// <param name="message">The message.</param>
public sealed class BatchPush(PushTarget target, JsonMessage message)
{
    /// <summary>Whom it is for.</summary>
    public PushTarget Target { get; } = target switch
    {
        null => throw new ArgumentNullException(nameof(target)),
        { Kind: PushTarget.TargetKind.Rooms } =>
            throw new ArgumentException("The target is several rooms: expected one room for each push of a batch.", nameof(target)),
        _ => target,
    };

    /// <summary>The message.</summary>
    public JsonMessage Message { get; } = message;

    /// <inheritdoc cref="PushOptions.Ensure"/>
    public bool Ensure { get; init; }

    /// <inheritdoc cref="PushOptions.Except"/>
    public IReadOnlyCollection<string> Except { get; init; } = [];

    /// <inheritdoc cref="PushOptions.TimeToLive"/>
    public TimeSpan? TimeToLive { get; init; }
}

/// <summary>A push of a batch and what became of it.</summary>
/// <param name="Push">The push.</param>
/// <param name="Result">What became of it.</param>
public readonly record struct BatchPushResult(BatchPush Push, PushResult Result);

/// <summary>When a batch is sent: as soon as one of the limits is reached.</summary>
public sealed record BatchOptions
{
    internal static readonly BatchOptions Default = new();

    /// <summary>Most pushes of a batch: 1 to 10,000, 1,000 unless set.</summary>
    public int MaxPushes { get; init; } = 1_000;

    /// <summary>Most bytes of a batch of two or more: 1,000 to 100,000,000, 4 MiB unless set. The app takes 8 MiB by default.</summary>
    public int MaxBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How long the first push of a batch waits for others: 0 to 60 s, 20 ms unless set.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// How long pushes of which nothing was sent are sent again before the next batch: 0 to 10 min, 10 s unless set, and not longer than
    /// <see cref="GoimClientOptions.Timeout"/>.
    /// </summary>
    public TimeSpan MaxRepeatTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether the results say whom the pushes reach.</summary>
    public bool Detail { get; init; }

    /// <summary>Whether each batch has an idempotency key. Null for what <see cref="GoimClientOptions.UseIdempotencyKeys"/> says.</summary>
    public bool? UseIdempotencyKeys { get; init; }

    internal void Check()
    {
        if (MaxPushes is < 1 or > 10_000)
        {
            throw new ArgumentException(FormattableString.Invariant($"MaxPushes is {MaxPushes}: expected 1 to 10000."));
        }

        if (MaxBytes is < 1_000 or > 100_000_000)
        {
            throw new ArgumentException(FormattableString.Invariant($"MaxBytes is {MaxBytes}: expected 1000 to 100000000."));
        }

        if (MaxWait < TimeSpan.Zero || MaxWait > TimeSpan.FromSeconds(60))
        {
            throw new ArgumentException(FormattableString.Invariant($"MaxWait is {MaxWait}: expected 00:00:00 to 00:01:00."));
        }

        if (MaxRepeatTime < TimeSpan.Zero || MaxRepeatTime > TimeSpan.FromMinutes(10))
        {
            throw new ArgumentException(FormattableString.Invariant($"MaxRepeatTime is {MaxRepeatTime}: expected 00:00:00 to 00:10:00."));
        }
    }
}
