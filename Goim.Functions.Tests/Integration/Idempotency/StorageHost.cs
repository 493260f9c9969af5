using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Idempotency;

/// <summary>A host over a storage, and user 42 with session 1 on server 3.</summary>
public abstract class StorageHost : HostFixture
{
    /// <summary>Null where there is none.</summary>
    internal abstract ITestStorage? Storage { get; }

    internal static async Task<TestHost> StartAsync(ITestStorage storage)
    {
        var host = await TestHost.StartAsync($"--AzureWebJobsStorage={storage.ConnectionString}");
        await host.Nodes["1"].PutAsync(42, 1, 3, 1);
        return host;
    }

    private protected override async Task<TestHost?> StartAsync() => Storage is null ? null : await StartAsync(Storage);
}
