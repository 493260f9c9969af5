using Goim.Protocol;
using Goim.Router;

namespace Goim.Functions.Tests.Unit.Router;

/// <summary>The seqs that users get: of new sessions, after the highest number, and where servers restore sessions.</summary>
public sealed class SeqTests : MemoryTests
{
    [Fact]
    public async Task After_the_highest_seq_comes_1_and_seqs_in_use_are_skipped()
    {
        var sessions = Start();
        await PutAsync(sessions, seq: 2);
        await PutAsync(sessions, seq: int.MaxValue);

        Assert.Equal(1, await PutAsync(sessions));
        Assert.Equal(3, await PutAsync(sessions));
        Assert.Equal(4, await PutAsync(sessions));
        Assert.Equal($"1@3 2@3 3@3 4@3 {int.MaxValue}@3", await SessionsAsync(sessions));
        Assert.Equal(5, await sessions.UserCountAsync(42));
    }

    [Fact]
    public async Task After_the_highest_seq_comes_1_where_that_session_is_gone()
    {
        var sessions = Start();
        await PutAsync(sessions, seq: int.MaxValue);
        await sessions.DelAsync(42, int.MaxValue, null);

        Assert.Equal(1, await PutAsync(sessions));
        Assert.Equal("1@3", await SessionsAsync(sessions));
    }

    [Fact]
    public async Task Seqs_continue_above_a_restored_one()
    {
        var sessions = Start();
        await PutAsync(sessions, seq: 7);
        await PutAsync(sessions, seq: 5);

        Assert.Equal(8, await PutAsync(sessions));
        Assert.Equal("5@3 7@3 8@3", await SessionsAsync(sessions));
    }

    [Fact]
    public async Task A_session_that_is_restored_by_its_server_keeps_its_seq_and_place()
    {
        var sessions = Start();
        for (var i = 0; i < 3; i++)
        {
            await PutAsync(sessions);
        }

        foreach (var seq in new[] { 2, 3, 1 })
        {
            Assert.Equal(seq, await PutAsync(sessions, seq: seq));
        }

        Assert.Equal("1@3 2@3 3@3", await SessionsAsync(sessions));
        Assert.Equal(3, await sessions.CountAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_restore_never_replaces_the_session_of_another_server(int seq)
    {
        var sessions = Start();
        await PutAsync(sessions, server: 3);
        await PutAsync(sessions, server: 3);

        Assert.Equal(3, await PutAsync(sessions, server: 4, seq: seq));
        Assert.Equal("1@3 2@3 3@4", await SessionsAsync(sessions));
    }

    [Fact]
    public async Task A_repeated_restore_gets_the_same_other_seq()
    {
        var sessions = Start();
        await PutAsync(sessions, server: 3);
        Assert.Equal(2, await PutAsync(sessions, server: 4, seq: 1));
        Assert.Equal(3, await PutAsync(sessions, server: 5, seq: 1));

        Assert.Equal(2, await PutAsync(sessions, server: 4, seq: 1));
        await sessions.DelAsync(42, 1, null);
        Assert.Equal(2, await PutAsync(sessions, server: 4, seq: 1));
        Assert.Equal("2@4 3@5", await SessionsAsync(sessions));
    }

    [Fact]
    public async Task A_repeated_restore_gets_a_new_seq_when_its_session_is_gone_or_a_minute_is_over()
    {
        var sessions = Start();
        await PutAsync(sessions, server: 3);
        await PutAsync(sessions, server: 4, seq: 1);
        await sessions.DelAsync(42, 2, null);

        Assert.Equal(3, await PutAsync(sessions, server: 4, seq: 1));
        Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(4, await PutAsync(sessions, server: 4, seq: 1));
        Assert.Equal("1@3 3@4 4@4", await SessionsAsync(sessions));
    }

    [Fact]
    public async Task A_restore_takes_the_seq_of_a_deleted_session_of_another_server()
    {
        var sessions = Start();
        await PutAsync(sessions, server: 3);
        await sessions.DelAsync(42, 1, null);

        Assert.Equal(1, await PutAsync(sessions, server: 4, seq: 1));
        Assert.Equal("1@4", await SessionsAsync(sessions));
    }

    [Fact]
    public async Task A_put_above_the_maximum_number_of_sessions_is_refused_and_a_restore_is_not()
    {
        var sessions = Start(new RouterNodeOptions { MaxSessionsPerUser = 2 });
        await PutAsync(sessions);
        await PutAsync(sessions);

        Assert.Equal(PutRefusal.TooManySessions, await PutAsync(sessions));
        Assert.Equal(7, await PutAsync(sessions, seq: 7));
        Assert.Equal(8, await PutAsync(sessions, server: 4, seq: 7));
        Assert.Equal(1, await PutAsync(sessions, user: 43));

        await sessions.DelAsync(42, 1, null);
        await sessions.DelAsync(42, 2, null);
        Assert.Equal(PutRefusal.TooManySessions, await PutAsync(sessions));
        await sessions.DelAsync(42, 7, null);
        Assert.Equal(9, await PutAsync(sessions));
    }

    [Fact]
    public async Task A_user_with_very_many_sessions_has_them_in_order_and_loses_them_with_their_server()
    {
        const int Count = 100_000;
        var sessions = Start(new RouterNodeOptions { MaxSessionsPerUser = 0 });
        for (var i = 1; i <= Count; i++)
        {
            await PutAsync(sessions, server: i % 2, seq: i % 10 == 0 ? i + 9 : 0);
        }

        Assert.Equal(Count, await sessions.UserCountAsync(42));
        var seqs = (await sessions.GetAsync(42)).Seqs;
        Assert.Equal(seqs.Order(), seqs);
        await sessions.DelServerAsync(0, TimeSpan.Zero, () => ValueTask.CompletedTask, CancellationToken.None);

        Assert.Equal(Count / 2, await sessions.UserCountAsync(42));
        Assert.Equal([1], (await sessions.GetAsync(42)).Servers.Distinct());
    }
}
