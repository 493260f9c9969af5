using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Azure.Storage.Queues.Models;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Journal;

/// <summary>The replay of journal entries, on a real queue. Users 2001 and 2002 are on nodes 2 and 1.</summary>
public abstract class StorageReplayTests
{
    /// <summary>An account that no other test uses.</summary>
    private protected abstract Task<ITestStorage> StorageAsync();

    [StorageFact]
    public async Task A_journalled_deletion_is_applied_when_the_node_answers_again()
    {
        await using var azurite = await StorageAsync();
        await using var node = await RouterProcess.StartAsync();
        await using var host = await TestHost.StartAsync(
            [],
            [$"--Router:Nodes:1={node.Address}", $"--AzureWebJobsStorage={azurite.ConnectionString}", "--Router:CallTimeout=00:00:02"]);
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 });
        await node.Client.PutAsync(new PutArg { UserId = 43, Server = 3 });
        await node.FreezeAsync();
        (await host.PostAsync("/1/disconnect", """{"key":"42_1"}""")).HasData("""{"journalled":true}""");
        node.Thaw();

        await Eventually.UntilAsync(async () => await JournalQueue.CountAsync(host, "replayed") == 1);

        Assert.Equal(1, (await node.Client.CountAsync(new NoArg())).Count);
        Assert.Empty((await node.Client.GetAsync(new GetArg { UserId = 42 })).Seqs);
        Assert.Empty((await azurite.Queue(JournalQueue.Name).PeekMessagesAsync(10)).Value);
    }

    [StorageFact]
    public async Task A_replay_spares_a_session_restored_after_the_deletion_was_asked_for()
    {
        await using var azurite = await StorageAsync();
        await using var host = await JournalQueue.StartAsync(azurite);
        var asked = DateTimeOffset.UtcNow.AddSeconds(-1).ToUnixTimeMilliseconds();
        await host.Nodes["2"].PutAsync(2001, 1, 3, 1);
        await azurite.Queue(JournalQueue.Name).CreateAsync();
        await JournalQueue.SendAsync(azurite, $$"""{"node":"2","beforeUnixMs":{{asked}},"userId":2001,"seq":1}""");
        await JournalQueue.SendAsync(azurite, $$"""{"node":"2","beforeUnixMs":{{asked}},"server":3}""");

        await using var listening = await JournalQueue.ListeningAsync(azurite, host);
        await Eventually.UntilAsync(async () => await JournalQueue.CountAsync(listening, "replayed") == 2);

        (await listening.GetAsync("/1/router/get?uid=2001")).HasData("""{"userId":2001,"sessions":[{"seq":1,"server":3}]}""");
    }

    [StorageFact]
    public async Task A_replay_deletes_what_was_there_when_it_was_asked_for()
    {
        await using var azurite = await StorageAsync();
        await using var host = await JournalQueue.StartAsync(azurite);
        await host.PostAsync(
            "/1/router/mput",
            """{"puts":[{"key":"2001_1","server":3},{"key":"2001_2","server":5},{"key":"2002_1","server":3}]}""");
        var asked = DateTimeOffset.UtcNow.AddSeconds(1).ToUnixTimeMilliseconds();
        await azurite.Queue(JournalQueue.Name).CreateAsync();
        await JournalQueue.SendAsync(azurite, $$"""{"node":"2","beforeUnixMs":{{asked}},"userId":2001,"seq":2}""");
        await JournalQueue.SendAsync(azurite, $$"""{"node":"1","beforeUnixMs":{{asked}},"server":3}""");

        await using var listening = await JournalQueue.ListeningAsync(azurite, host);
        await Eventually.UntilAsync(async () => await JournalQueue.CountAsync(listening, "replayed") == 2);

        (await listening.PostAsync("/1/router/mget", """{"userIds":[2001,2002]}""")).HasData(
            """{"users":[{"userId":2001,"sessions":[{"seq":1,"server":3}]},{"userId":2002,"sessions":[]}]}""");
    }

    [StorageFact]
    public async Task A_node_gets_the_age_with_the_time_in_the_queue_and_the_request_or_store_of_the_entry()
    {
        await using var azurite = await StorageAsync();
        var fault = new Fault();
        await using var node = await Fault.StartNodeAsync(fault);
        await azurite.Queue(JournalQueue.Name).CreateAsync();
        await JournalQueue.SendAsync(
            azurite, """{"node":"1","ageMs":100000,"beforeUnixMs":5,"storeId":"00000000000000aa","userId":42,"seq":1}""");
        await JournalQueue.SendAsync(
            azurite, """{"node":"1","ageMs":100000,"userId":42,"requestId":"000102030405060708090a0b0c0d0eff"}""");
        await JournalQueue.SendAsync(azurite, """{"node":"1","ageMs":100000,"storeId":"00000000000000aa","server":3}""");
        var sent = Stopwatch.GetTimestamp();

        await using var host = await TestHost.StartAsync(
            [], [$"--Router:Nodes:1={node.Address}", $"--AzureWebJobsStorage={azurite.ConnectionString}"]);
        await Eventually.UntilAsync(async () => await JournalQueue.CountAsync(host, "replayed") == 3);

        var oldest = 100_000 + (long)Stopwatch.GetElapsedTime(sent).TotalMilliseconds + 2_000;
        var bySeq = Assert.Single(fault.Deletions.OfType<DelArg>(), del => del.Seq == 1);
        Assert.InRange(bySeq.AgeMs, 100_000, oldest);
        Assert.Equal(("00000000000000aa", 0), (bySeq.StoreId, bySeq.BeforeUnixMs));
        var byRequest = Assert.Single(fault.Deletions.OfType<DelArg>(), del => del.Seq == 0);
        Assert.Equal("000102030405060708090A0B0C0D0EFF", Convert.ToHexString(byRequest.RequestId.Span));
        Assert.Equal((42, false, ""), (byRequest.UserId, byRequest.HasAgeMs, byRequest.StoreId));
        var server = Assert.Single(fault.Deletions.OfType<DelServerArg>());
        Assert.InRange(server.AgeMs, 101_000, oldest);
        Assert.Equal((3, "00000000000000aa"), (server.Server, server.StoreId));
    }

    [StorageFact]
    public async Task A_message_that_is_not_base64_is_put_aside_and_the_others_go_on()
    {
        await using var azurite = await StorageAsync();
        await using var host = await JournalQueue.StartAsync(azurite);
        await azurite.Queue(JournalQueue.Name).CreateAsync();
        await azurite.Queue(JournalQueue.Name).SendMessageAsync("hello world!");
        await JournalQueue.SendAsync(azurite, """{"node":"1","beforeUnixMs":1,"server":3}""");

        await using var listening = await JournalQueue.ListeningAsync(azurite, host);
        await Eventually.UntilAsync(async () => await JournalQueue.CountAsync(listening, "replayed") == 1);
        var poison = azurite.Queue(JournalQueue.Poison);
        await Eventually.UntilAsync(async () =>
            await poison.ExistsAsync() && (await poison.PeekMessagesAsync(10)).Value.Length == 1);
    }

    [StorageFact]
    public async Task An_entry_of_a_node_that_is_down_is_put_back_and_not_poisoned()
    {
        await using var azurite = await StorageAsync();
        await using var host = await JournalQueue.StartAsync(azurite);
        await host.Nodes["2"].DisposeAsync();
        await azurite.Queue(JournalQueue.Name).CreateAsync();
        await JournalQueue.SendAsync(azurite, """{"node":"2","beforeUnixMs":1,"userId":2001,"seq":1}""");

        var deferred = 0;
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "goim.journal")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        meters.SetMeasurementEventCallback<long>((_, _, tags, _) => Interlocked.Add(ref deferred, tags[0].Value is "deferred" ? 1 : 0));
        meters.Start();
        await using (var listening = await JournalQueue.ListeningAsync(azurite, host))
        {
            await Eventually.UntilAsync(() => Volatile.Read(ref deferred) >= 1);
        }

        QueueMessage[] visible = [];
        await Eventually.UntilAsync(async () => (visible = await azurite.Queue(JournalQueue.Name).ReceiveMessagesAsync(1)).Length == 1);
        var entry = JsonElement.Parse(Convert.FromBase64String(visible[0].MessageText));
        Assert.Equal(
            (2001, 1, deferred),
            (entry.GetProperty("userId").GetInt32(), entry.GetProperty("seq").GetInt32(), entry.GetProperty("attempts").GetInt32()));
        Assert.Equal(1, entry.GetProperty("beforeUnixMs").GetInt64());
        Assert.False(await azurite.Queue(JournalQueue.Poison).ExistsAsync());
    }

    [StorageFact]
    public async Task What_cannot_be_replayed_is_put_aside_with_its_reason()
    {
        await using var azurite = await StorageAsync();
        await using var host = await JournalQueue.StartAsync(azurite);
        await azurite.Queue(JournalQueue.Name).CreateAsync();
        string[] unreadable =
        [
            "not json",
            "{}",
            """{"node":"1","beforeUnixMs":1}""",
            """{"node":"1","beforeUnixMs":0,"server":3}""",
            """{"node":"1","beforeUnixMs":1,"server":3,"userId":1,"seq":1}""",
            """{"node":"1","server":3}""",
            """{"node":"1","ageMs":-1,"server":3}""",
            """{"node":"1","ageMs":1,"userId":1,"requestId":"12"}""",
        ];
        foreach (var message in unreadable)
        {
            await JournalQueue.SendAsync(azurite, message);
        }

        await JournalQueue.SendAsync(azurite, """{"node":"7","beforeUnixMs":1,"server":3}""");

        await using var listening = await JournalQueue.ListeningAsync(azurite, host);
        await Eventually.UntilAsync(async () => await JournalQueue.CountAsync(listening, "poison") == unreadable.Length + 1);

        PeekedMessage[] poison = await azurite.Queue(JournalQueue.Poison).PeekMessagesAsync(32);
        var entries = poison
            .Select(message => JsonElement.Parse(Convert.FromBase64String(message.MessageText)))
            .ToDictionary(entry => entry.GetProperty("entry").GetString()!, entry => entry.GetProperty("reason").GetString());
        Assert.All(unreadable, message => Assert.Equal("it cannot be read.", entries[message]));
        Assert.Equal("router node 7 is no longer configured.", entries["""{"node":"7","beforeUnixMs":1,"server":3}"""]);
        Assert.Empty((await azurite.Queue(JournalQueue.Name).PeekMessagesAsync(32)).Value);
    }
}
