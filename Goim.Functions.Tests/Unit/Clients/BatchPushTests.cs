using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Goim.Client;

namespace Goim.Functions.Tests.Unit.Clients;

/// <summary>Messages, targets and options that the client checks itself.</summary>
public sealed class BatchPushTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly GoimClient Client =
        new(new HttpClient(), new GoimClientOptions { BaseAddress = new Uri("https://app.example") });

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("1,\"u\":[1]")]
    [InlineData("{\"a\":1")]
    public void Text_that_is_no_JSON_is_no_message(string text)
    {
        var refused = Assert.Throws<ArgumentException>(() => JsonMessage.Parse(text));

        Assert.StartsWith("The message is no JSON text: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_is_the_text_as_it_is_or_null()
    {
        Assert.Equal("{ \"a\" : 1 }", JsonMessage.Parse("{ \"a\" : 1 }").ToString());
        Assert.Equal("null", default(JsonMessage).ToString());
        Assert.Equal("{\"text\":\"grüße\"}", JsonMessage.From(new Greeting("grüße"), Relaxed).ToString());
        Assert.Equal(2, ((ReadOnlyMemory<byte>)JsonMessage.Parse("42")).Length);
    }

    [Fact]
    public async Task Options_that_do_not_fit_are_refused()
    {
        await RefusedAsync(
            "TimeToLive is 00:00:01.5000000: expected whole seconds.",
            () => Client.PushToAllAsync("m", new PushOptions { TimeToLive = TimeSpan.FromSeconds(1.5) }));
        await RefusedAsync(
            "Ensure is true: expected false for a push that is not to rooms.",
            () => Client.PushToAllAsync("m", new PushOptions { Ensure = true }));
        await RefusedAsync(
            "IdempotencyKey is set and UseIdempotencyKey is false: expected one of them.",
            () => Client.PushToAllAsync("m", new PushOptions { IdempotencyKey = "1", UseIdempotencyKey = false }));
        const string Request = "7\r\nContent-Length: 0\r\n\r\nPOST /1/push/all HTTP/1.1";
        foreach (var key in new[] { "", "a b", "a,b", "grüße", Request, new string('x', 129) })
        {
            await RefusedAsync(
                "IdempotencyKey is no key: expected 1 to 128 visible ASCII characters without a comma.",
                () => Client.PushToAllAsync("m", new PushOptions { IdempotencyKey = key }));
        }

        await RefusedAsync(
            "Except is null: expected sub keys, or none.", () => Client.PushToAllAsync("m", new PushOptions { Except = null! }));
        await RefusedAsync("Ack is 7: expected Broker or Queue.", () => Client.PushToAllAsync("m", new PushOptions { Ack = (PushAck)7 }));
        await RefusedAsync(
            "MaxRepeatTime is 00:11:00: expected 00:00:00 to 00:10:00.",
            () => BatchAsync(new BatchOptions { MaxRepeatTime = TimeSpan.FromMinutes(11) }));
        await RefusedAsync("MaxPushes is 0: expected 1 to 10000.", () => BatchAsync(new BatchOptions { MaxPushes = 0 }));
        await RefusedAsync("MaxBytes is 999: expected 1000 to 100000000.", () => BatchAsync(new BatchOptions { MaxBytes = 999 }));
        await RefusedAsync(
            "MaxWait is 00:02:00: expected 00:00:00 to 00:01:00.",
            () => BatchAsync(new BatchOptions { MaxWait = TimeSpan.FromMinutes(2) }));
        Assert.StartsWith(
            "The target is several rooms: expected one room for each push of a batch.",
            Assert.Throws<ArgumentException>(static () => new BatchPush(PushTarget.Rooms([1]), default)).Message,
            StringComparison.Ordinal);
    }

    private static async Task BatchAsync(BatchOptions options)
    {
        await foreach (var _ in Client.PushBatchAsync(AsyncEnumerable.Empty<BatchPush>(), options))
        {
            Assert.Fail("There is no push.");
        }
    }

    private static async Task RefusedAsync(string sentence, Func<Task> call) =>
        Assert.Equal(sentence, (await Assert.ThrowsAsync<ArgumentException>(call)).Message);

    private sealed record Greeting([property: JsonPropertyName("text")] string Text);
}
