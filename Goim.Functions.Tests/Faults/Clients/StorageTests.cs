using Goim.Client;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Clients;

/// <summary>Pushes of a backend with idempotency keys while their storage fails.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class StorageTests
{
    [AzuriteFact]
    public async Task Each_push_is_acknowledged_once_after_a_storage_that_hung_one_that_refused_and_one_that_was_down()
    {
        await using var azurite = await Azurite.StartAsync();
        await using var proxy = await StorageProxy.StartAsync(azurite, "Blob");
        await using var host = await TestHost.StartAsync(
            $"--AzureWebJobsStorage={proxy.ConnectionString}", "--Logging:LogLevel:Default=None");
        await ClientPushes.ConnectUserAsync(host.Nodes["1"].Client);
        using var pushes = new ClientPushes(host.Http.BaseAddress!);
        await pushes.SendAsync(20);

        var during = SendAsync(pushes);
        proxy.Hangs = static _ => true;
        await UntilMoreFailAsync(pushes);
        proxy.Hangs = static _ => false;
        await during;

        during = SendAsync(pushes);
        proxy.Refuses = static _ => true;
        await UntilMoreFailAsync(pushes);
        proxy.Refuses = static _ => false;
        await during;

        during = SendAsync(pushes);
        await azurite.StopAsync();
        await UntilMoreFailAsync(pushes);
        await azurite.RestartAsync();
        await during;

        pushes.AssertAllAcknowledged(620);
        ClientPushes.AssertKept(host.Records(), pushes);
    }

    private static Task SendAsync(ClientPushes pushes) =>
        Task.WhenAll(pushes.SendAsync(100, atOnce: 25), pushes.SendInBatchesAsync(100, ofEach: 25));

    private static Task UntilMoreFailAsync(ClientPushes pushes)
    {
        var before = Failed(pushes);
        return Eventually.UntilAsync(() => Failed(pushes) > before + 20);
    }

    private static int Failed(ClientPushes pushes) =>
        pushes.Attempts.Count(static attempt => attempt.Status is null or System.Net.HttpStatusCode.ServiceUnavailable);
}
