using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;

namespace Goim.Functions.Tests.Unit.Functions;

/// <summary>What Microsoft's queue extension makes of a message that the Functions host hands to the worker.</summary>
public sealed class QueueMessageTests
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { Converter() } };

    [Fact]
    public void A_message_has_its_text_and_when_it_was_written()
    {
        var message = JsonSerializer.Deserialize<QueueMessage>(
            """
            {"MessageId":"1","PopReceipt":"2","MessageText":"{\"node\":\"1\"}","DequeueCount":1,"NextVisibleOn":"2026-01-02T03:04:06+00:00",
             "InsertedOn":"2026-01-02T03:04:05+00:00","ExpiresOn":"9999-12-31T23:59:59+00:00"}
            """,
            Options)!;

        Assert.Equal("""{"node":"1"}""", message.Body.ToString());
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), message.InsertedOn);
    }

    private static JsonConverter Converter() => (JsonConverter)Activator.CreateInstance(
        typeof(QueueTriggerAttribute).Assembly.GetTypes().Single(type => type.Name == "QueueMessageJsonConverter"))!;
}
