using Goim.Functions.Tests.Hosting;


namespace Goim.Functions.Tests.Integration.Router;

public sealed class RedisReadTests(RedisFixture redis) : RouterReadTests, IClassFixture<RedisFixture>
{
    protected override string Store => "redis";

    private protected override async Task<TestNode> StartAsync()
    {
        await redis.Server.FlushAsync();
        return await TestNode.StartAsync(null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}");
    }
}
