namespace Goim.Functions.Tests.Hosting;

/// <summary>A wall clock that is wrong by <see cref="Shift"/>. Timestamps and timers are not affected, as on a real machine.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
}
