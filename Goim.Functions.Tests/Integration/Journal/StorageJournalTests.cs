using System.Diagnostics;
using System.Text.Json;
using Azure.Storage.Queues.Models;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Journal;

/// <summary>Deletions that a node does not confirm, on a real queue. Users 2001 and 2002 are on nodes 2 and 1.</summary>
public abstract class StorageJournalTests
{
    /// <summary>An account that no other test uses.</summary>
    private protected abstract Task<ITestStorage> StorageAsync();

    /// <summary>An Azurite of the test's own, to be stopped.</summary>
    private protected abstract Task<IAzurite> StartStorageAsync();

    [StorageFact]
    public async Task A_disconnect_that_the_node_does_not_confirm_is_on_the_queue_before_the_answer()
    {
        await using var azurite = await StorageAsync();
        await using var host = await JournalQueue.StartAsync(azurite);
        await host.Nodes["2"].DisposeAsync();
        var began = Stopwatch.GetTimestamp();

        (await host.PostAsync("/1/disconnect", """{"key":"2001_1"}""")).HasData("""{"journalled":true}""");

        QueueMessage message = await azurite.Queue(JournalQueue.Name).ReceiveMessageAsync();
        var entry = JsonElement.Parse(Convert.FromBase64String(message.MessageText));
        Assert.InRange(entry.GetProperty("ageMs").GetInt64(), 0, (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        var asked = DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeMilliseconds(entry.GetProperty("beforeUnixMs").GetInt64());
        Assert.InRange(asked, TimeSpan.Zero, Stopwatch.GetElapsedTime(began) + TimeSpan.FromSeconds(1));
        Assert.Equal("""{"node":"2","userId":2001,"seq":1}""", JsonSerializer.Serialize(new
        {
            node = entry.GetProperty("node").GetString(),
            userId = entry.GetProperty("userId").GetInt64(),
            seq = entry.GetProperty("seq").GetInt32(),
        }));
        Assert.Equal(9999, message.ExpiresOn!.Value.Year);
        Assert.Equal(1, await JournalQueue.CountAsync(host, "queued"));
    }

    [StorageFact]
    public async Task A_deletion_whose_caller_leaves_before_the_node_has_confirmed_it_is_kept()
    {
        await using var azurite = await StorageAsync();
        var fault = new Fault();
        await using var node = await Fault.StartNodeAsync(fault);
        await using var host = await TestHost.StartAsync(
            [],
            [
                $"--Router:Nodes:1={node.Address}",
                $"--AzureWebJobsStorage={azurite.ConnectionString}",
                "--AzureWebJobs.ReplayJournal.Disabled=true"
            ]);
        fault.Hold();
        using var leaving = new CancellationTokenSource();
        var del = host.Http.PostAsync("/1/router/del", new StringContent("""{"userId":42,"seq":1}"""), leaving.Token);
        await Eventually.UntilAsync(() => !fault.Calls.IsEmpty);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => del);
        await Eventually.UntilAsync(async () => await JournalQueue.CountAsync(host, "queued") == 1);
        Assert.Single((await azurite.Queue(JournalQueue.Name).PeekMessagesAsync(10)).Value);
    }

    [StorageFact]
    public async Task A_server_deletion_names_the_nodes_that_will_be_asked_again()
    {
        await using var azurite = await StorageAsync();
        await using var host = await JournalQueue.StartAsync(azurite);
        await host.Nodes["2"].DisposeAsync();

        (await host.PostAsync("/1/router/delserver", """{"server":3}""")).HasData("""{"journalled":["2"]}""");
        (await host.PostAsync("/1/server/del?server=5", "")).HasData("""{"journalled":["2"]}""");
        (await host.PostAsync("/1/router/del", """{"userId":2001,"seq":4}""")).HasData("""{"journalled":true}""");

        PeekedMessage[] messages = await azurite.Queue(JournalQueue.Name).PeekMessagesAsync(10);
        Assert.Equal(3, messages.Length);
        Assert.Contains("\"event\":\"server_del\",\"server\":5", Assert.Single(host.Events()).Text, StringComparison.Ordinal);
    }

    [StorageFact]
    public async Task With_the_storage_down_too_the_deletion_is_refused()
    {
        await using var azurite = await StartStorageAsync();
        await using var host = await JournalQueue.StartAsync(azurite);
        await host.Nodes["2"].DisposeAsync();
        await azurite.StopAsync();

        (await host.PostAsync("/1/disconnect", """{"key":"2001_1"}"""))
            .IsRefused("router node 2 did not answer", "storage does not answer either");
        (await host.PostAsync("/1/server/del?server=3", "")).IsRefused("router node 2 did not answer", "storage does not answer either");
        Assert.Empty(host.Events());
    }
}
