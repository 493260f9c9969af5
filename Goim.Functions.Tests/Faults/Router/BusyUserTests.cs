using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>One user with very many sessions in Redis.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class BusyUserTests
{
    private const long BusyUser = 1;
    private const int Sessions = 20_000, OtherUsers = 1_000;

    // With the node's own timeouts for Redis. Each comet server has one session of the user: its deletion is the server's last.
    [RedisFact]
    public async Task Deleting_sessions_of_a_user_with_twenty_thousand_fails_no_lookup_of_others()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = await TestNode.StartAsync(
            null,
            "--RouterNode:Store=redis",
            $"--RouterNode:Redis={redis.Address}",
            "--RouterNode:MaxSessionsPerUser=0");
        var puts = Enumerable.Range(1, Sessions).Select(i => new PutArg { UserId = BusyUser, Server = i, Seq = i })
            .Concat(Enumerable.Range(1, OtherUsers).Select(i => new PutArg { UserId = BusyUser + i, Server = i % 10, Seq = 1 }));
        foreach (var chunk in puts.Chunk(2_000))
        {
            await node.Client.MPutAsync(new MPutArg { Puts = { chunk } });
        }

        var deleting = Task.WhenAll(Enumerable.Range(1, 200).Select(async caller =>
        {
            for (var seq = caller; seq <= 1_000; seq += 200)
            {
                Assert.True((await node.Client.DelAsync(new DelArg { UserId = BusyUser, Seq = seq })).Has);
            }
        }));
        var looking = Task.WhenAll(Enumerable.Range(0, 10).Select(async caller =>
        {
            var random = new Random(caller);
            do
            {
                var user = BusyUser + 1 + random.Next(OtherUsers);
                Assert.Equal([1], (await node.Client.GetAsync(new GetArg { UserId = user })).Seqs);
            }
            while (!deleting.IsCompleted);
        }));
        await looking;
        await deleting;

        Assert.Equal(Sessions - 1_000, (await node.Client.UserCountAsync(new UserCountArg { UserId = BusyUser })).Count);
    }
}
