using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>Deletions spare sessions that are younger than the deletion, and those of another store.</summary>
public abstract class DeletionAgeTests : StoreTests
{
    private const long Hour = 3_600_000;

    [StoreFact]
    public async Task A_deletion_spares_what_was_created_after_it_was_asked_for()
    {
        await PutAsync(42, 3);

        Assert.False((await Router.DelAsync(new DelArg { UserId = 42, Seq = 1, AgeMs = Hour })).Has);
        Assert.False((await Router.DelAsync(new DelArg { UserId = 42, Seq = 1, AgeMs = long.MaxValue })).Has);
        await Router.DelServerAsync(new DelServerArg { Server = 3, AgeMs = Hour });
        Assert.Equal("1@3", await SessionsAsync(42));

        Assert.True((await Router.DelAsync(new DelArg { UserId = 42, Seq = 1, AgeMs = 0 })).Has);
        await PutAsync(42, 3);
        await Router.DelServerAsync(new DelServerArg { Server = 3, AgeMs = 0 });
        Assert.Equal("", await SessionsAsync(42));
    }

    [StoreFact]
    public async Task The_age_counts_and_not_the_time_by_another_clock()
    {
        await PutAsync(42, 3);

        Assert.True((await Router.DelAsync(new DelArg { UserId = 42, Seq = 1, AgeMs = 0, BeforeUnixMs = 1 })).Has);
    }

    [StoreFact]
    public async Task A_time_from_an_older_app_is_honoured()
    {
        await PutAsync(42, 3);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        Assert.False((await Router.DelAsync(new DelArg { UserId = 42, Seq = 1, BeforeUnixMs = now - Hour })).Has);
        Assert.True((await Router.DelAsync(new DelArg { UserId = 42, Seq = 1, BeforeUnixMs = now + Hour })).Has);
    }

    [StoreFact]
    public async Task A_deletion_for_another_store_deletes_nothing()
    {
        await PutAsync(42, 3);
        var call = Router.GetAsync(new GetArg { UserId = 42 });
        var store = (await call.ResponseHeadersAsync).GetValue("goim-store-id")!;
        Assert.Matches("^[0-9a-f]{16}$", store);

        Assert.False((await Router.DelAsync(new DelArg { UserId = 42, Seq = 1, StoreId = "0123456789abcdef" })).Has);
        await Router.DelServerAsync(new DelServerArg { Server = 3, StoreId = "0123456789abcdef" });
        Assert.Equal("1@3", await SessionsAsync(42));

        Assert.True((await Router.DelAsync(new DelArg { UserId = 42, Seq = 1, StoreId = store })).Has);
    }
}

public sealed class MemoryDeletionAgeTests : DeletionAgeTests
{
    protected override string Store => "memory";

    private protected override Task<TestNode> StartAsync() => TestNode.StartAsync();
}

public sealed class RedisDeletionAgeTests(RedisFixture redis) : DeletionAgeTests, IClassFixture<RedisFixture>
{
    protected override string Store => "redis";

    private protected override Task<TestNode> StartAsync() => StartAsync(redis);
}
