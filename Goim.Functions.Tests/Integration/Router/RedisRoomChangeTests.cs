using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Router;

public sealed class RedisRoomChangeTests(RedisFixture redis) : RoomChangeTests, IClassFixture<RedisFixture>
{
    protected override string Store => "redis";

    private protected override Task<TestNode> StartAsync() => StartAsync(redis);
}
