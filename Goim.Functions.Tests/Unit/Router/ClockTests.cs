using Goim.Router;
using Goim.Router.Memory;

namespace Goim.Functions.Tests.Unit.Router;

/// <summary>Ages, expiry and the cold start of a node, whose computer's time of day is set meanwhile.</summary>
public sealed class ClockTests : MemoryTests
{
    private static readonly TimeSpan[] Jumps = [TimeSpan.FromDays(-400), TimeSpan.Zero, TimeSpan.FromDays(400)];

    public static TheoryData<TimeSpan> AllJumps => [.. Jumps];

    [Theory]
    [MemberData(nameof(AllJumps))]
    public async Task A_deletion_with_an_age_spares_later_sessions_however_the_time_of_day_jumps(TimeSpan jump)
    {
        var sessions = Start();
        await PutAsync(sessions);
        Time.UtcNow += jump;
        Time.Advance(TimeSpan.FromMilliseconds(10));
        await PutAsync(sessions);
        Time.Advance(TimeSpan.FromMilliseconds(10));

        Assert.False(await sessions.DelAsync(42, 2, ageMs: 11));
        Assert.True(await sessions.DelAsync(42, 2, ageMs: 10));
        Assert.False(await sessions.DelAsync(42, 1, ageMs: 21));
        Assert.True(await sessions.DelAsync(42, 1, ageMs: 20));
    }

    [Theory]
    [MemberData(nameof(AllJumps))]
    public async Task DelServer_spares_later_sessions_however_the_time_of_day_jumps(TimeSpan jump)
    {
        var sessions = Start();
        await PutAsync(sessions);
        Time.UtcNow += jump;
        Time.Advance(TimeSpan.FromMilliseconds(10));
        await PutAsync(sessions);

        await sessions.DelServerAsync(3, TimeSpan.FromMilliseconds(10), () => ValueTask.CompletedTask, CancellationToken.None);

        Assert.Equal("2@3", await SessionsAsync(sessions));
    }

    [Fact]
    public async Task A_session_that_is_restored_is_as_new_to_a_deletion_with_an_age()
    {
        var sessions = Start();
        await PutAsync(sessions);
        Time.Advance(TimeSpan.FromMilliseconds(10));
        await PutAsync(sessions, seq: 1);

        Assert.False(await sessions.DelAsync(42, 1, ageMs: 10));
    }

    [Fact]
    public async Task A_deletion_of_a_hundred_years_spares_what_is_younger()
    {
        const long AgeMs = 100L * 365 * 24 * 3_600_000;
        var sessions = Start();
        await PutAsync(sessions);
        Time.Advance(TimeSpan.FromDays(1_000));

        Assert.False(await sessions.DelAsync(42, 1, AgeMs));
        Assert.True(await sessions.DelAsync(42, 1, ageMs: 0));
    }

    [Theory]
    [MemberData(nameof(AllJumps))]
    public async Task A_user_is_remembered_for_the_expiry_time_however_the_time_of_day_jumps(TimeSpan jump)
    {
        var sessions = Start(new RouterNodeOptions { SessionExpiry = TimeSpan.FromMinutes(10) });
        await PutAsync(sessions);
        await sessions.DelAsync(42, 1, null);
        Time.UtcNow += jump;
        Time.Advance(TimeSpan.FromMinutes(10));
        sessions.Expire();
        Assert.True(sessions.Knows(42));

        Time.Advance(TimeSpan.FromMilliseconds(1));
        sessions.Expire();

        Assert.False(sessions.Knows(42));
        Assert.Equal(1, await PutAsync(sessions));
    }

    [Theory]
    [MemberData(nameof(AllJumps))]
    public void A_node_is_cold_for_the_set_time_however_the_time_of_day_jumps(TimeSpan jump)
    {
        var sessions = Start(new RouterNodeOptions { ColdStart = TimeSpan.FromSeconds(30) });
        Assert.Equal(30_000, sessions.ColdMs);

        Time.UtcNow += jump;
        Time.Advance(TimeSpan.FromSeconds(29.9991));
        Assert.Equal(1, sessions.ColdMs);

        Time.Advance(TimeSpan.FromSeconds(0.0009));
        Assert.Equal(0, sessions.ColdMs);

        Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, sessions.ColdMs);
    }

    [Fact]
    public void A_node_without_a_cold_start_is_never_cold() => Assert.Equal(0, Start().ColdMs);

    [Fact]
    public async Task A_user_with_a_session_or_a_tombstone_is_known()
    {
        var sessions = Start();
        Assert.False(sessions.Knows(42));

        await PutAsync(sessions);
        Assert.True(sessions.Knows(42));

        await sessions.DelAsync(42, 1, null);
        Assert.True(sessions.Knows(42));
        Assert.False(sessions.Knows(43));
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(3)]
    [InlineData(1_000_000_000)]
    public void Durations_and_ticks_of_any_length_are_converted(long frequency)
    {
        var clock = new MonotonicClock(new Frequency(frequency));

        Assert.Equal(frequency, clock.Ticks(TimeSpan.FromSeconds(1)));
        Assert.Equal(frequency * 3 / 2, clock.Ticks(TimeSpan.FromSeconds(1.5)));
        Assert.Equal(1_000, clock.Ms(frequency));
        Assert.Equal((1_000 + frequency - 1) / frequency, clock.Ms(1));
    }

    private sealed class Frequency(long ticksPerSecond) : TimeProvider
    {
        public override long TimestampFrequency => ticksPerSecond;
    }
}
