using Azure.Storage.Queues.Models;
using Goim.Functions.Journal;
using Goim.Functions.Tests.Hosting;
using Goim.Logic.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Journal;

/// <summary>The journal over an Azurite process.</summary>
public sealed class JournalTests(AzuriteFixture fixture) : StorageJournalTests, IClassFixture<AzuriteFixture>
{
    private protected override Task<ITestStorage> StorageAsync() => Task.FromResult(fixture.Azurite!.NewAccount());

    private protected override async Task<IAzurite> StartStorageAsync() => await Azurite.StartAsync();

    [Fact]
    public async Task Without_storage_an_unconfirmed_deletion_is_refused_and_the_start_says_so()
    {
        await using var host = await TestHost.StartAsync(["1", "2"], []);
        await host.Nodes["2"].DisposeAsync();

        (await host.PostAsync("/1/router/del", """{"userId":2001,"seq":1}""")).IsRefused("router node 2 did not answer", "repeat the call");
        using var process = LocalHostProcess.Start(new Dictionary<string, string>(), "--urls=http://127.0.0.1:0");
        Assert.Contains("Storage: off, AzureWebJobsStorage is not set", await process.ReadToAsync("Ctrl+C"), StringComparison.Ordinal);
    }

    // The host does not start the trigger without storage, but its admin API runs the function for whoever has the master key.
    [Fact]
    public async Task Without_storage_a_replay_by_hand_fails_with_the_reason()
    {
        await using var host = await TestHost.StartAsync();
        var services = host.App.Services;
        var function = new ReplayJournalFunction(
            services.GetRequiredService<RouterJournal>(), services.GetRequiredService<JournalReplay>());
        var message = QueuesModelFactory.QueueMessage("1", "1", "nonsense", 1, insertedOn: DateTimeOffset.UnixEpoch);

        var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => function.RunAsync(message, CancellationToken.None));

        Assert.Equal("The journal has no storage, or the storage does not answer.", failed.Message);
    }
}
