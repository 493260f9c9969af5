using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Confluent.Kafka;
using Goim.Functions.Tests.Hosting;
using Goim.Kafka;
using Goim.Logic.Idempotency;

namespace Goim.Functions.Tests.Integration.Idempotency;

/// <summary>Pushes with an Idempotency-Key, over Azurite. User 42 has session 1 on server 3.</summary>
public abstract class StorageIdempotencyTests
{
    private readonly ITestStorage? storage;
    private readonly string key = $"k-{Guid.NewGuid():N}";
    private readonly TestHost host;

    /// <param name="shared">Its storage is null where there is none; then the tests are skipped.</param>
    private protected StorageIdempotencyTests(StorageHost shared) =>
        (storage, host) = (shared.Storage, shared.Storage is null ? null! : shared.ForOneTest());

    [StorageTheory]
    [InlineData("/1/push?uid=42", "m", 1)]
    [InlineData("/1/push?uid=42&ack=broker", "m", 1)]
    [InlineData("/1/push?uid=99&detail=1", "m", 0)]
    [InlineData("/1/pushs?detail=1&ack=broker", """{"m":1,"u":[42,43]}""", 1)]
    [InlineData("/1/push/room?rid=1", "m", 1)]
    [InlineData("/1/push/key?key=42_9&detail=1&ack=broker", "m", 0)]
    [InlineData("/1/push/rooms?ack=broker&ttl=60", """{"m":1,"r":[1,2,1]}""", 2)]
    [InlineData("/1/push/all?ack=broker", "m", 1)]
    [InlineData("/1/push/batch", "{\"uid\":42,\"m\":1}\nbad\n{\"rid\":1,\"m\":2}", 2)]
    public async Task A_repeat_gets_the_first_answer_and_sends_nothing(string url, string body, int records)
    {
        var first = await SendAsync(url, body, "order/42~" + key);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(first.Body, (await SendAsync(url, body, "order/42~" + key)).Body);
        }

        Assert.StartsWith("{\"ret\":1", first.Body, StringComparison.Ordinal);
        Assert.Equal(records, host.Records().Count);
    }

    [StorageFact]
    public async Task Keys_hold_across_instances()
    {
        await using var other = await StartAsync();
        var first = await SendAsync("/1/push/all?ack=broker", "m", key);

        Assert.Equal(first.Body, (await SendAsync(other, "/1/push/all?ack=broker", "m", key)).Body);
        Assert.Empty(other.Records());
    }

    [StorageFact]
    public async Task Another_request_with_the_same_key_is_refused()
    {
        await SendAsync("/1/push?uid=42", "m", key);

        foreach (var (url, body) in new[]
        {
            ("/1/push?uid=42", "n"), ("/1/push?uid=43", "m"), ("/1/push?uid=42&ack=broker", "m"),
            ("/1/push?uid=42&detail=1", "m"), ("/1/push/all", "m"), ("/1/push/room?rid=42", "m"), ("/1/push?uid=42&ttl=60", "m"),
            ("/1/push?uid=42&except=42_7", "m"), ("/1/push/key?key=42_1", "m"), ("/1/push/batch", """{"uid":42,"m":"m"}"""),
            ("/1/pushs", """{"m":"m","u":[42]}"""), ("/1/push/rooms", """{"m":"m","r":[42]}"""),
        })
        {
            var answer = await SendAsync(url, body, key, "X-Goim-Errors: http");
            Assert.Equal(400, answer.Status);
            JsonElement.Parse(answer.Body).IsRefused(
                $"Idempotency-Key is '{key}': it came with another request less than 5 minutes ago, expected a new key; nothing was sent.");
        }

        Assert.Single(host.Records());
    }

    [StorageFact]
    public async Task Of_many_at_once_one_sends_and_the_others_are_told_that_it_is_under_way()
    {
        // As many as a busy Azurite can answer within the storage timeout.
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(_ => SendAsync("/1/push/all?ack=broker", "m", key, "X-Goim-Errors: http")));

        Assert.Single(host.Records());
        var sent = answers.Where(answer => answer.Status == 200).Select(answer => answer.Body).Distinct();
        Assert.StartsWith("{\"ret\":1,\"data\":{\"acks\":[", Assert.Single(sent), StringComparison.Ordinal);
        Assert.All(answers.Where(answer => answer.Status != 200), answer =>
        {
            Assert.Equal(409, answer.Status);
            JsonElement.Parse(answer.Body)
                .IsRefused($"Idempotency-Key is '{key}': the first request with it is still under way, repeat the call for its answer.");
        });
    }

    [StorageFact]
    public async Task A_key_is_free_again_where_nothing_was_sent()
    {
        await using var down = await StartAsync();
        await down.Nodes["1"].DisposeAsync();

        JsonElement.Parse((await SendAsync(down, "/1/push?uid=42", "m", key)).Body)
            .IsRefused("router node 1 did not answer: nothing was sent.");
        JsonElement.Parse((await SendAsync(down, "/1/pushs", "?", key)).Body).IsRefused("body is no JSON");
        Assert.Equal("{\"ret\":1}", (await SendAsync(down, "/1/push/all", "m", key)).Body);
        Assert.Single(down.Records());
    }

    [StorageFact]
    public async Task A_dry_run_takes_no_key()
    {
        await SendAsync("/1/push/all?dry=1", "m", key);

        Assert.Equal("{\"ret\":1}", (await SendAsync("/1/push/all", "m", key)).Body);
        Assert.Single(host.Records());
    }

    // A crashed request leaves its key held. The test writes the blob that a request of an earlier version would have left.
    [StorageFact]
    public async Task A_blob_of_an_earlier_version_holds_its_key()
    {
        await SendAsync("/1/push/all", "m", "other" + key);
        var held = $$"""{"request":"another","claimant":"{{Guid.NewGuid()}}","atUnixMs":1,"answered":false}""";
        await Blob(key).UploadAsync(BinaryData.FromString(held + "\n"));

        JsonElement.Parse((await SendAsync("/1/push/all?ack=broker", "m", key)).Body)
            .IsRefused($"Idempotency-Key is '{key}': it came with another request");
    }

    [StorageFact]
    public async Task A_blob_has_the_time_that_the_version_before_reads()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await SendAsync("/1/push/all", "m", key);

        var blob = (await Blob(key).DownloadContentAsync()).Value.Content.ToString();
        var record = JsonElement.Parse(blob.Split('\n')[0]);
        Assert.InRange(record.GetProperty("atUnixMs").GetInt64(), before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    [StorageFact]
    public async Task A_blob_that_is_none_of_ours_does_not_hold_a_key()
    {
        await SendAsync("/1/push/all", "m", "other" + key);
        await Blob(key).UploadAsync(BinaryData.FromString("nonsense"));

        Assert.Equal("{\"ret\":1}", (await SendAsync("/1/push/all", "m", key)).Body);
    }

    [StorageFact]
    public async Task The_key_travels_as_a_header_of_the_acknowledged_record()
    {
        await SendAsync("/1/push/all?ack=broker", "m", "order-7" + key);
        await SendAsync("/1/push/batch", "{\"all\":true,\"m\":1}", "order-8" + key);

        KafkaLibrary.Use();
        var config = new ConsumerConfig { BootstrapServers = TestHost.Brokers, GroupId = key, EnableAutoCommit = false };
        using var consumer = new ConsumerBuilder<byte[]?, byte[]>(config).Build();
        var starts = host.Records().DistinctBy(record => record.Partition);
        consumer.Assign(starts.Select(record => new TopicPartitionOffset(host.Topic, record.Partition, record.Offset)));
        var keys = Enumerable.Range(0, 2).Select(_ => consumer.Consume(Eventually.Limit).Message.Headers.Single());
        Assert.Equal(
            [("goim-idempotency-key", "order-7" + key), ("goim-idempotency-key", "order-8" + key)],
            keys.Select(header => (header.Key, Encoding.ASCII.GetString(header.GetValueBytes()))).Order());
    }

    [StorageTheory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\tb")]
    [InlineData("a,b")]
    [InlineData("128")]
    public async Task A_key_is_1_to_128_visible_ASCII_characters_and_no_comma(string bad)
    {
        bad = bad == "128" ? new string('k', 129) : bad;
        foreach (var (url, body) in new[] { ("/1/push/all", "m"), ("/1/push/batch", "{\"all\":true,\"m\":1}") })
        {
            JsonElement.Parse((await SendAsync(url, body, bad)).Body)
                .IsRefused("Idempotency-Key is '", "expected 1 to 128 visible ASCII characters and no comma.");
        }

        Assert.Empty(host.Records());
        Assert.Equal("{\"ret\":1}", (await SendAsync("/1/push/all", "m", key.PadRight(128, '~'))).Body);
    }

    private BlobClient Blob(string name) => BlobOf(storage!, name);

    /// <summary>The blob of a key that came without a function key.</summary>
    internal static BlobClient BlobOf(ITestStorage storage, string name) => new(
        storage.ConnectionString,
        IdempotencyKeys.ContainerName,
        $"anyone/{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(name)))}");

    private Task<TestHost> StartAsync() => StorageHost.StartAsync(storage!);

    private Task<RawAnswer> SendAsync(string url, string body, string sent, params string[] headers) =>
        SendAsync(host, url, body, sent, headers);

    internal static Task<RawAnswer> SendAsync(TestHost to, string url, string body, string sent, params string[] headers) =>
        to.PostRawAsync(url, Encoding.UTF8.GetBytes(body), ["Idempotency-Key: " + sent, .. headers]);
}
