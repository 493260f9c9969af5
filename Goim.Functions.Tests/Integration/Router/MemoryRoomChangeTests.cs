using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Router;

public sealed class MemoryRoomChangeTests : RoomChangeTests
{
    protected override string Store => "memory";

    private protected override Task<TestNode> StartAsync() => TestNode.StartAsync();
}
