using Goim.Functions.Tests.Hosting;


namespace Goim.Functions.Tests.Integration.Router;

public sealed class MemoryReadTests : RouterReadTests
{
    protected override string Store => "memory";

    private protected override Task<TestNode> StartAsync() => TestNode.StartAsync();
}
