using System.Diagnostics;
using Azure.Storage.Queues.Models;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Journal;
using Goim.Logic.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Goim.Functions.Tests.Faults.Journal;

/// <summary>A stop while a replay waits for its node.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class PollerStopTests
{
    [AzuriteFact]
    public async Task The_polling_stops_within_a_second_and_the_entry_stays()
    {
        await using var azurite = await Azurite.StartAsync();
        var fault = new Fault();
        await using var node = await Fault.StartNodeAsync(fault);
        fault.Hold(1_000);
        var queue = ((ITestStorage)azurite).Queue(JournalQueue.Name);
        await queue.CreateAsync();
        await JournalQueue.SendAsync(azurite, """{"node":"1","ageMs":1,"userId":42,"seq":1}""");
        await using var host = await TestHost.StartAsync(
            [], [$"--Router:Nodes:1={node.Address}", $"--AzureWebJobsStorage={azurite.ConnectionString}"]);
        await Eventually.UntilAsync(() => fault.Calls.Contains("Del"));
        var poller = Assert.Single(host.App.Services.GetServices<IHostedService>().OfType<JournalPoller>());
        var began = Stopwatch.GetTimestamp();

        await poller.StopAsync(CancellationToken.None);

        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        QueueMessage message = await queue.ReceiveMessageAsync();
        Assert.Equal(2, message.DequeueCount);
    }
}
