using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text;
using Azure.Storage.Queues.Models;
using Goim.Functions.Tests.Hosting;
using Goim.Logic.Sessions;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Journal;

/// <summary>Deletions that a node does not confirm, on a real queue. Users 2001 and 2002 are on nodes 2 and 1.</summary>
public abstract class StorageJournalTests
{
    private const string Queue = "goim-router-journal", Poison = "goim-router-journal-poison";

    /// <summary>An account that no other test uses.</summary>
    private protected abstract Task<ITestStorage> StorageAsync();

    /// <summary>An Azurite of the test's own, to be stopped.</summary>
    private protected abstract Task<IAzurite> StartStorageAsync();

    [StorageFact]
    public async Task A_disconnect_that_the_node_does_not_confirm_is_on_the_queue_before_the_answer()
    {
        await using var azurite = await StorageAsync();
        await using var host = await StartAsync(azurite);
        await host.Nodes["2"].DisposeAsync();
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        (await host.PostAsync("/1/disconnect", """{"key":"2001_1"}""")).HasData("""{"journalled":true}""");

        QueueMessage message = await azurite.Queue(Queue).ReceiveMessageAsync();
        var entry = JsonElement.Parse(Convert.FromBase64String(message.MessageText));
        Assert.InRange(entry.GetProperty("beforeUnixMs").GetInt64(), before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        Assert.Equal("""{"node":"2","userId":2001,"seq":1}""", JsonSerializer.Serialize(new
        {
            node = entry.GetProperty("node").GetString(),
            userId = entry.GetProperty("userId").GetInt64(),
            seq = entry.GetProperty("seq").GetInt32(),
        }));
        Assert.Equal(9999, message.ExpiresOn!.Value.Year);
        Assert.Equal(1, await JournalAsync(host, "queued"));
    }

    [StorageFact]
    public async Task A_deletion_whose_caller_leaves_before_the_node_has_confirmed_it_is_kept()
    {
        await using var azurite = await StorageAsync();
        var fault = new Fault();
        await using var node = await Fault.StartNodeAsync(fault);
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}", $"--AzureWebJobsStorage={azurite.ConnectionString}", "--AzureWebJobs.ReplayJournal.Disabled=true"]);
        fault.Hold();
        using var leaving = new CancellationTokenSource();
        var del = host.Http.PostAsync("/1/router/del", new StringContent("""{"userId":42,"seq":1}"""), leaving.Token);
        await Eventually.UntilAsync(() => !fault.Calls.IsEmpty);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => del);
        await Eventually.UntilAsync(async () => await JournalAsync(host, "queued") == 1);
        Assert.Single((await azurite.Queue(Queue).PeekMessagesAsync(10)).Value);
    }

    [StorageFact]
    public async Task A_server_deletion_names_the_nodes_that_will_be_asked_again()
    {
        await using var azurite = await StorageAsync();
        await using var host = await StartAsync(azurite);
        await host.Nodes["2"].DisposeAsync();

        (await host.PostAsync("/1/router/delserver", """{"server":3}""")).HasData("""{"journalled":["2"]}""");
        (await host.PostAsync("/1/server/del?server=5", "")).HasData("""{"journalled":["2"]}""");
        (await host.PostAsync("/1/router/del", """{"userId":2001,"seq":4}""")).HasData("""{"journalled":true}""");

        PeekedMessage[] messages = await azurite.Queue(Queue).PeekMessagesAsync(10);
        Assert.Equal(3, messages.Length);
        Assert.Contains("\"event\":\"server_del\",\"server\":5", Assert.Single(host.Events()).Text, StringComparison.Ordinal);
    }

    [StorageFact]
    public async Task With_the_storage_down_too_the_deletion_is_refused()
    {
        await using var azurite = await StartStorageAsync();
        await using var host = await StartAsync(azurite);
        await host.Nodes["2"].DisposeAsync();
        await azurite.StopAsync();

        (await host.PostAsync("/1/disconnect", """{"key":"2001_1"}""")).IsRefused("router node 2 did not answer", "storage does not answer either");
        (await host.PostAsync("/1/server/del?server=3", "")).IsRefused("router node 2 did not answer", "storage does not answer either");
        Assert.Empty(host.Events());
    }

    [StorageFact]
    public async Task A_journalled_deletion_is_applied_when_the_node_answers_again()
    {
        await using var azurite = await StorageAsync();
        await using var node = await RouterProcess.StartAsync();
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}", $"--AzureWebJobsStorage={azurite.ConnectionString}", "--Router:CallTimeout=00:00:02"]);
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 });
        await node.Client.PutAsync(new PutArg { UserId = 43, Server = 3 });
        await node.FreezeAsync();
        (await host.PostAsync("/1/disconnect", """{"key":"42_1"}""")).HasData("""{"journalled":true}""");
        node.Thaw();

        await Eventually.UntilAsync(async () => await JournalAsync(host, "replayed") == 1);

        Assert.Equal(1, (await node.Client.CountAsync(new NoArg())).Count);
        Assert.Empty((await node.Client.GetAsync(new GetArg { UserId = 42 })).Seqs);
        Assert.Empty((await azurite.Queue(Queue).PeekMessagesAsync(10)).Value);
    }

    [StorageFact]
    public async Task A_replay_spares_a_session_restored_after_the_deletion_was_asked_for()
    {
        await using var azurite = await StorageAsync();
        await using var host = await StartAsync(azurite);
        var asked = DateTimeOffset.UtcNow.AddSeconds(-1).ToUnixTimeMilliseconds();
        await host.Nodes["2"].PutAsync(2001, 1, 3, 1);
        await azurite.Queue(Queue).CreateAsync();
        await SendAsync(azurite, $$"""{"node":"2","beforeUnixMs":{{asked}},"userId":2001,"seq":1}""");
        await SendAsync(azurite, $$"""{"node":"2","beforeUnixMs":{{asked}},"server":3}""");

        await using var listening = await ListeningAsync(azurite, host);
        await Eventually.UntilAsync(async () => await JournalAsync(listening, "replayed") == 2);

        (await listening.GetAsync("/1/router/get?uid=2001")).HasData("""{"userId":2001,"sessions":[{"seq":1,"server":3}]}""");
    }

    [StorageFact]
    public async Task A_replay_deletes_what_was_there_when_it_was_asked_for()
    {
        await using var azurite = await StorageAsync();
        await using var host = await StartAsync(azurite);
        await host.PostAsync("/1/router/mput", """{"puts":[{"key":"2001_1","server":3},{"key":"2001_2","server":5},{"key":"2002_1","server":3}]}""");
        var asked = DateTimeOffset.UtcNow.AddSeconds(1).ToUnixTimeMilliseconds();
        await azurite.Queue(Queue).CreateAsync();
        await SendAsync(azurite, $$"""{"node":"2","beforeUnixMs":{{asked}},"userId":2001,"seq":2}""");
        await SendAsync(azurite, $$"""{"node":"1","beforeUnixMs":{{asked}},"server":3}""");

        await using var listening = await ListeningAsync(azurite, host);
        await Eventually.UntilAsync(async () => await JournalAsync(listening, "replayed") == 2);

        (await listening.PostAsync("/1/router/mget", """{"userIds":[2001,2002]}""")).HasData(
            """{"users":[{"userId":2001,"sessions":[{"seq":1,"server":3}]},{"userId":2002,"sessions":[]}]}""");
    }

    [StorageFact]
    public async Task A_message_that_is_not_base64_is_put_aside_and_the_others_go_on()
    {
        await using var azurite = await StorageAsync();
        await using var host = await StartAsync(azurite);
        await azurite.Queue(Queue).CreateAsync();
        await azurite.Queue(Queue).SendMessageAsync("hello world!");
        await SendAsync(azurite, """{"node":"1","beforeUnixMs":1,"server":3}""");

        await using var listening = await ListeningAsync(azurite, host);
        await Eventually.UntilAsync(async () => await JournalAsync(listening, "replayed") == 1);
        await Eventually.UntilAsync(async () => await azurite.Queue(Poison).ExistsAsync() && (await azurite.Queue(Poison).PeekMessagesAsync(10)).Value.Length == 1);
    }

    [StorageFact]
    public async Task An_entry_of_a_node_that_is_down_is_put_back_and_not_poisoned()
    {
        await using var azurite = await StorageAsync();
        await using var host = await StartAsync(azurite);
        await host.Nodes["2"].DisposeAsync();
        await azurite.Queue(Queue).CreateAsync();
        await SendAsync(azurite, """{"node":"2","beforeUnixMs":1,"userId":2001,"seq":1}""");

        var deferred = 0;
        using var figures = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "goim.journal")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        figures.SetMeasurementEventCallback<long>((_, _, tags, _) => Interlocked.Add(ref deferred, tags[0].Value is "deferred" ? 1 : 0));
        figures.Start();
        await using (var listening = await ListeningAsync(azurite, host))
        {
            await Eventually.UntilAsync(() => Volatile.Read(ref deferred) >= 1);
        }

        QueueMessage[] visible = [];
        await Eventually.UntilAsync(async () => (visible = await azurite.Queue(Queue).ReceiveMessagesAsync(1)).Length == 1);
        var entry = JsonElement.Parse(Convert.FromBase64String(visible[0].MessageText));
        Assert.Equal((2001, 1, deferred), (entry.GetProperty("userId").GetInt32(), entry.GetProperty("seq").GetInt32(), entry.GetProperty("attempts").GetInt32()));
        Assert.Equal(1, entry.GetProperty("beforeUnixMs").GetInt64());
        Assert.False(await azurite.Queue(Poison).ExistsAsync());
    }

    [StorageFact]
    public async Task What_cannot_be_replayed_is_put_aside_with_its_reason()
    {
        await using var azurite = await StorageAsync();
        await using var host = await StartAsync(azurite);
        await azurite.Queue(Queue).CreateAsync();
        string[] unreadable = ["not json", "{}", """{"node":"1","beforeUnixMs":1}""", """{"node":"1","beforeUnixMs":0,"server":3}""", """{"node":"1","beforeUnixMs":1,"server":3,"userId":1,"seq":1}"""];
        foreach (var message in unreadable)
        {
            await SendAsync(azurite, message);
        }

        await SendAsync(azurite, """{"node":"7","beforeUnixMs":1,"server":3}""");

        await using var listening = await ListeningAsync(azurite, host);
        await Eventually.UntilAsync(async () => await JournalAsync(listening, "poison") == 6);

        PeekedMessage[] poison = await azurite.Queue(Poison).PeekMessagesAsync(32);
        var entries = poison.Select(message => JsonElement.Parse(Convert.FromBase64String(message.MessageText))).ToDictionary(entry => entry.GetProperty("entry").GetString()!, entry => entry.GetProperty("reason").GetString());
        Assert.All(unreadable, message => Assert.Equal("it cannot be read.", entries[message]));
        Assert.Equal("router node 7 is no longer configured.", entries["""{"node":"7","beforeUnixMs":1,"server":3}"""]);
        Assert.Empty((await azurite.Queue(Queue).PeekMessagesAsync(32)).Value);
    }

    private static async Task SendAsync(ITestStorage azurite, string message) => await azurite.Queue(Queue).SendMessageAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(message)));

    // With the function disabled the journal is written and stays, so that a test can look at it.
    private static Task<TestHost> StartAsync(ITestStorage azurite) =>
        TestHost.StartAsync(["1", "2"], [$"--AzureWebJobsStorage={azurite.ConnectionString}", "--AzureWebJobs.ReplayJournal.Disabled=true"]);

    private static async Task<int> JournalAsync(TestHost host, string figure) =>
        (await host.GetAsync("/monitor/stat")).GetProperty("data").GetProperty("journal").GetProperty(figure).GetInt32();

    private static Task<TestHost> ListeningAsync(ITestStorage azurite, TestHost host) => TestHost.StartAsync(
        [], [$"--AzureWebJobsStorage={azurite.ConnectionString}", .. host.Nodes.Select(node => $"--Router:Nodes:{node.Key}={node.Value.Address}")]);
}
