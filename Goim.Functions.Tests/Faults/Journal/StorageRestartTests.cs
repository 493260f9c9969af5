using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Journal;

/// <summary>The journal while its storage is started again.</summary>
public abstract class StorageRestartTests
{
    private protected abstract Task<IAzurite> StartStorageAsync();

    [StorageFact]
    [Trait("Category", "Faults")]
    public async Task Entries_outlive_a_restart_of_the_storage()
    {
        await using var azurite = await StartStorageAsync();
        await using var node = await RouterProcess.StartAsync();
        await using var host = await TestHost.StartAsync(
            [],
            [$"--Router:Nodes:1={node.Address}", $"--AzureWebJobsStorage={azurite.ConnectionString}", "--Router:CallTimeout=00:00:02"]);
        var users = Enumerable.Range(1, 100).ToArray();
        await Task.WhenAll(users.Select(user => host.PostAsync("/1/connect", $$"""{"token":"{{user}}","server":3}""")));
        await node.FreezeAsync();
        await Task.WhenAll(users.Select(async user => (await DisconnectAsync(user)).HasData("""{"journalled":true}""")));
        await azurite.StopAsync();
        await Task.WhenAll(users.Select(async user => (await DisconnectAsync(user)).IsRefused("storage")));
        await azurite.RestartAsync();
        node.Thaw();

        await Eventually.UntilAsync(async () =>
            (await host.StatAsync()).GetProperty("journal").GetProperty("replayed").GetInt32() >= users.Length);
        (await host.GetAsync("/1/count?type=server")).HasData("[]");

        Task<JsonElement> DisconnectAsync(int user) => host.PostAsync("/1/disconnect", $$"""{"key":"{{user}}_1"}""");
    }
}

/// <summary>Over an Azurite process.</summary>
[Collection(FaultRuns.Name)]
public sealed class JournalRestartTests : StorageRestartTests
{
    private protected override async Task<IAzurite> StartStorageAsync() => await Azurite.StartAsync();
}
