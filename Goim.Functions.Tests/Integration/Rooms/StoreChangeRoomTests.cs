using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Rooms;

public sealed class MemoryChangeRoomTests : ChangeRoomTests
{
    private protected override Task<string[]?> NodeSettingsAsync() => Task.FromResult<string[]?>([]);
}

public sealed class RedisChangeRoomTests(RedisFixture redis) : ChangeRoomTests, IClassFixture<RedisFixture>
{
    private protected override async Task<string[]?> NodeSettingsAsync()
    {
        if (RedisServer.Missing is not null)
        {
            return null;
        }

        await redis.Server.FlushAsync();
        return ["--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}"];
    }
}
