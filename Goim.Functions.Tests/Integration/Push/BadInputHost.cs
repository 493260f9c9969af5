using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Push;

/// <summary>Low limits, which a test exceeds easily, and user 42 with session 1 on server 3.</summary>
public sealed class BadInputHost : HostFixture
{
    private protected override async Task<TestHost?> StartAsync()
    {
        var host = await TestHost.StartAsync("--Push:MaxUsers=5", "--Push:MaxRequestBytes=100000", "--KafkaMaxRecordBytes=50000");
        await host.Nodes["1"].PutAsync(42, 1, 3, 1);
        return host;
    }
}
