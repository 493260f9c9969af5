using Goim.Protocol;
using Goim.Router;
using Goim.Router.Memory;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Unit.Router;

/// <summary>Lookups of many users in memory, which go bucket by bucket.</summary>
public sealed class PackedLookupTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(5_000)]
    public async Task Users_are_answered_in_the_order_asked(int buckets)
    {
        var sessions = await SessionsAsync(buckets, users: 1_000, sessionsOf: user => (int)(user % 4));

        // Every user once, and as many that are unknown.
        long[] asked = [.. Enumerable.Range(0, 2_000).Select(i => i * 1_237L % 2_000)];
        var reply = (await sessions.GetPackedAsync(asked, 1_500, CancellationToken.None))!;

        long SessionsOf(long user) => user < 1_000 ? user % 4 : 0;
        Assert.Equal(asked.Select(SessionsOf), reply.Counts.Select(count => (long)count));
        Assert.Equal(asked.SelectMany(user => Enumerable.Range(1, (int)SessionsOf(user))), reply.Seqs);
        Assert.Equal(asked.SelectMany(user => Enumerable.Repeat((int)user + 1, (int)SessionsOf(user))), reply.Servers);
    }

    [Fact]
    public async Task Users_with_many_sessions_are_complete_and_by_seq()
    {
        var sessions = await SessionsAsync(buckets: 2, users: 40, sessionsOf: _ => 300);
        for (var user = 0; user < 40; user++)
        {
            Assert.True(await sessions.DelAsync(user, 300, null));
            Assert.True(await sessions.DelAsync(user, 7, null));
        }

        var reply = (await sessions.GetPackedAsync([.. Enumerable.Range(0, 40).Select(i => (long)i)], 40 * 298, CancellationToken.None))!;

        Assert.Equal(Enumerable.Repeat(298, 40), reply.Counts);
        Assert.Equal(Enumerable.Range(0, 40).SelectMany(_ => Enumerable.Range(1, 299).Where(seq => seq != 7)), reply.Seqs);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(100)]
    public async Task More_sessions_than_an_answer_holds_are_refused(int buckets)
    {
        var sessions = await SessionsAsync(buckets, users: 50, sessionsOf: _ => 2);
        long[] asked = [.. Enumerable.Range(0, 50).Select(i => (long)i)];

        Assert.NotNull(await sessions.GetPackedAsync(asked, 100, CancellationToken.None));
        Assert.Null(await sessions.GetPackedAsync(asked, 99, CancellationToken.None));
    }

    // Users 0, 1 and so on; the server of a user's sessions is the user's id plus one.
    private static async Task<MemorySessions> SessionsAsync(int buckets, int users, Func<long, int> sessionsOf)
    {
        var options = new RouterNodeOptions { Buckets = buckets, MaxSessionsPerUser = 0 };
        var sessions = new MemorySessions(Options.Create(options), TimeProvider.System);
        for (var user = 0; user < users; user++)
        {
            for (var i = sessionsOf(user); i > 0; i--)
            {
                await sessions.PutAsync(new PutArg { UserId = user, Server = user + 1, RoomId = -1 });
            }
        }

        return sessions;
    }
}
