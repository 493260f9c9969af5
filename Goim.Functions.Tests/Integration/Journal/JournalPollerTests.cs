using System.Text.Json;
using System.Text.RegularExpressions;
using Azure.Storage.Queues.Models;
using Goim.Functions.Tests.Hosting;
using Goim.Logic.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Journal;

/// <summary>The polling of the journal's queue where the storage or a replay fails.</summary>
[Collection(nameof(AzuriteFixture))]
public sealed class JournalPollerTests(AzuriteFixture fixture)
{
    private const string Entry = """{"node":"1","ageMs":1,"userId":42,"seq":1}""", Messages = $"/{JournalQueue.Name}/messages";

    [AzuriteFact]
    public async Task An_outage_of_the_storage_is_logged_once_and_so_is_its_end_and_the_app_goes_on()
    {
        await using var azurite = fixture.Azurite!.NewAccount();
        await using var proxy = await StorageProxy.StartAsync(azurite);
        var log = new LogLines();
        proxy.Refuses = _ => true;
        await using var host = await TestHost.StartAsync(
            ["1"],
            [$"--AzureWebJobsStorage={proxy.ConnectionString}", "--Logging:LogLevel:Goim.Logic.Journal.JournalPoller=Warning"],
            configure: log.AddTo);
        await host.Nodes["1"].PutAsync(42, 1, 3, 1);

        // Three polls: each is tried twice.
        await Eventually.UntilAsync(() => proxy.Refused > 6);
        (await host.PostAsync("/1/push?uid=42", "{}")).IsOk();
        Assert.Equal((1, 0), (log.Count("Warning: The journal's storage does not answer"), log.Count("answers again")));
        proxy.Refuses = _ => false;
        await Eventually.UntilAsync(() => log.Count("Warning: The journal's storage answers again.") == 1);
        await JournalQueue.SendAsync(azurite, Entry);
        await Eventually.UntilAsync(async () => await JournalQueue.CountAsync(host, "replayed") == 1);

        Assert.Equal((1, 1), (log.Count("does not answer"), log.Count("answers again")));
    }

    [AzuriteFact]
    public async Task A_queue_that_is_missing_is_created()
    {
        await using var azurite = fixture.Azurite!.NewAccount();
        await using var host = await TestHost.StartAsync($"--AzureWebJobsStorage={azurite.ConnectionString}");

        await Eventually.UntilAsync(async () => await azurite.Queue(JournalQueue.Name).ExistsAsync());
    }

    // The node is down and the storage takes no message, so the replay fails.
    [AzuriteFact]
    public async Task An_entry_whose_fifth_replay_fails_is_put_aside_with_the_reason()
    {
        await using var azurite = fixture.Azurite!.NewAccount();
        await using var proxy = await StorageProxy.StartAsync(azurite);
        await ReceivedAsync(azurite, times: 4);
        proxy.Refuses = request => request.Method == "POST" && request.Path.Value!.EndsWith(Messages, StringComparison.Ordinal);
        var log = new LogLines();
        await using var host = await TestHost.StartAsync(
            [],
            [$"--AzureWebJobsStorage={proxy.ConnectionString}", "--Router:Nodes:1=http://127.0.0.1:1"],
            configure: log.AddTo);

        await Eventually.UntilAsync(async () => await JournalQueue.CountAsync(host, "poison") == 1);

        PeekedMessage poison = await azurite.Queue(JournalQueue.Poison).PeekMessageAsync();
        var put = JsonElement.Parse(Convert.FromBase64String(poison.MessageText));
        Assert.Equal(
            "5 replays failed, the last one with: The journal has no storage, or the storage does not answer.",
            put.GetProperty("reason").GetString());
        Assert.Equal(
            Entry, Regex.Replace(put.GetProperty("entry").GetString()!, @",""insertedOn"":""20\d\d-[^""]*""", ""));
        await Eventually.UntilAsync(async () =>
            (await azurite.Queue(JournalQueue.Name).GetPropertiesAsync()).Value.ApproximateMessagesCount == 0);
        Assert.Equal(1, log.Count("Error: A journal entry could not be replayed (attempt 5 of 5)."));
    }

    [AzuriteFact]
    public async Task An_entry_whose_replay_fails_stays_in_the_queue()
    {
        await using var azurite = fixture.Azurite!.NewAccount();
        await using var proxy = await StorageProxy.StartAsync(azurite);
        await ReceivedAsync(azurite, times: 0);
        proxy.Refuses = request => request.Method == "POST" && request.Path.Value!.EndsWith(Messages, StringComparison.Ordinal);
        await using var host = await TestHost.StartAsync(
            [], [$"--AzureWebJobsStorage={proxy.ConnectionString}", "--Router:Nodes:1=http://127.0.0.1:1"]);
        await Eventually.UntilAsync(() => proxy.Refused >= 2);

        proxy.Refuses = _ => false;
        QueueProperties properties = await azurite.Queue(JournalQueue.Name).GetPropertiesAsync();

        Assert.Equal(1, properties.ApproximateMessagesCount);
        Assert.False(await azurite.Queue(JournalQueue.Poison).ExistsAsync());
    }

    [AzuriteFact]
    public Task An_entry_whose_replay_is_stopped_is_visible_at_once() =>

        // A busy machine may exceed the time that a host has for its stop. Then the entry is visible later, so it is tried again.
        Eventually.UntilAsync(async () =>
        {
            await using var azurite = fixture.Azurite!.NewAccount();
            var fault = new Fault();
            await using var node = await Fault.StartNodeAsync(fault);
            fault.Hold(1_000);
            await ReceivedAsync(azurite, times: 0);
            await using (await TestHost.StartAsync(
                [], [$"--Router:Nodes:1={node.Address}", $"--AzureWebJobsStorage={azurite.ConnectionString}"]))
            {
                await Eventually.UntilAsync(() => fault.Calls.Contains("Del"));
            }

            QueueMessage? message = await azurite.Queue(JournalQueue.Name).ReceiveMessageAsync();
            return message?.DequeueCount == 2;
        });

    [AzuriteFact]
    public async Task A_written_entry_ends_the_wait_for_the_next_poll()
    {
        await using var azurite = fixture.Azurite!.NewAccount();
        await using var host = await JournalQueue.StartAsync(azurite);
        var journal = host.App.Services.GetRequiredService<RouterJournal>();
        var wait = journal.WrittenWithinAsync(TimeSpan.FromHours(1), CancellationToken.None);
        await host.Nodes["1"].DisposeAsync();

        (await host.PostAsync("/1/router/del", """{"userId":2002,"seq":1}""")).HasData("""{"journalled":true}""");

        Assert.True(await wait.WaitAsync(Eventually.Limit));
    }

    // The entry, after some receives that did not delete it.
    private static async Task ReceivedAsync(ITestStorage azurite, int times)
    {
        var queue = azurite.Queue(JournalQueue.Name);
        await queue.CreateAsync();
        await JournalQueue.SendAsync(azurite, Entry);
        for (var i = 0; i < times; i++)
        {
            QueueMessage message = await queue.ReceiveMessageAsync();
            await queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, message.MessageText, TimeSpan.Zero);
        }
    }
}
