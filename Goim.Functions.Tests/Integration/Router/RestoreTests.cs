using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>Puts with a seq: sessions that comets restore.</summary>
public abstract class RestoreTests : StoreTests
{
    [StoreFact]
    public async Task A_restore_never_replaces_the_session_of_another_server()
    {
        Assert.Equal(1, await PutAsync(42, 5));

        Assert.Equal(2, await RestoreAsync(42, 1, 3));

        Assert.Equal("1@5 2@3", await SessionsAsync(42));
        Assert.Equal("3:1 5:1", Text((await Router.AllServerCountAsync(new NoArg())).Counter));
        Assert.Equal(3, await PutAsync(42, 5));
    }

    [StoreFact]
    public async Task Repeating_a_restore_that_got_another_number_gives_that_number_again()
    {
        await PutAsync(42, 5);

        Assert.Equal(2, await RestoreAsync(42, 1, 3));
        Assert.Equal(2, await RestoreAsync(42, 1, 3));
        Assert.Equal(3, await RestoreAsync(42, 1, 7));

        Assert.Equal("1@5 2@3 3@7", await SessionsAsync(42));
    }

    [StoreFact]
    public async Task A_number_that_was_given_instead_is_not_given_again_once_its_session_is_gone()
    {
        await PutAsync(42, 5);
        await RestoreAsync(42, 1, 3);
        await Router.DelAsync(new DelArg { UserId = 42, Seq = 2 });

        Assert.Equal(3, await RestoreAsync(42, 1, 3));
    }

    [StoreFact]
    public async Task After_the_highest_seq_comes_1_and_numbers_in_use_are_skipped()
    {
        Assert.Equal(1, await PutAsync(42, 3));
        Assert.Equal(2, await PutAsync(42, 3));
        Assert.Equal(int.MaxValue, await RestoreAsync(42, int.MaxValue, 3));
        await Router.DelAsync(new DelArg { UserId = 42, Seq = 1 });

        Assert.Equal(1, await PutAsync(42, 3));
        Assert.Equal(3, await PutAsync(42, 3));
        Assert.Equal($"1@3 2@3 3@3 {int.MaxValue}@3", await SessionsAsync(42));
    }

    [StoreFact]
    public async Task Restores_are_exempt_from_the_maximum_number_of_sessions()
    {
        for (var seq = 1; seq <= 3; seq++)
        {
            Assert.Equal(seq, await RestoreAsync(42, seq, 3));
        }

        Assert.Equal(4, await RestoreAsync(42, 1, 5));
    }

    [StoreFact]
    public async Task Puts_of_one_user_stay_in_the_order_of_their_call()
    {
        var reply = await Router.MPutAsync(new MPutArg
        {
            Puts = { Enumerable.Range(0, 50).Select(i => new PutArg { UserId = 42, Server = i, RoomId = NoRoom }) },
        });

        Assert.Equal(Enumerable.Range(1, 50), reply.Seqs);
        Assert.Equal(Enumerable.Range(0, 50), (await Router.GetAsync(new GetArg { UserId = 42 })).Servers);
    }

    private async Task<int> RestoreAsync(long user, int seq, int server) =>
        (await Router.PutAsync(new PutArg { UserId = user, Server = server, RoomId = NoRoom, Seq = seq })).Seq;
}

public sealed class MemoryRestoreTests : RestoreTests
{
    protected override string Store => "memory";

    private protected override Task<TestNode> StartAsync() => TestNode.StartAsync();
}

public sealed class RedisRestoreTests(RedisFixture redis) : RestoreTests, IClassFixture<RedisFixture>
{
    protected override string Store => "redis";

    private protected override Task<TestNode> StartAsync() => StartAsync(redis);
}
