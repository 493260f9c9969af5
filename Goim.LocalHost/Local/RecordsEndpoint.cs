using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Confluent.Kafka;
using Goim.Kafka;
using Goim.Protocol;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Local;

/// <summary>GET /local/records?from=start|now: the records of the push topic as NDJSON, until the caller disconnects.</summary>
internal static class RecordsEndpoint
{
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly JsonSerializerOptions LineOptions = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async Task GetAsync(HttpContext http, IOptions<KafkaOptions> kafka, KafkaToken token, IHostApplicationLifetime lifetime)
    {
        var from = http.Request.Query["from"].ToString();
        if (from is not ("" or "start" or "now"))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await http.Response.WriteAsJsonAsync(new { error = "from: expected start or now." }, http.RequestAborted);
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        IConsumer<byte[]?, byte[]> opened;
        try
        {
            opened = await Task.Run(() => Open(kafka.Value, token, from == "now" ? Offset.End : Offset.Beginning), ended.Token);
        }
        catch (KafkaException)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await http.Response.WriteAsJsonAsync(new { error = "the broker does not answer." }, ended.Token);
            return;
        }

        using var consumer = opened;
        http.Response.ContentType = "application/x-ndjson; charset=utf-8";
        await http.Response.StartAsync(ended.Token);
        try
        {
            while (!ended.IsCancellationRequested)
            {
                // librdkafka's call blocks, so it runs on another thread.
                if (await Task.Run(() => consumer.Consume(PollTimeout), ended.Token) is { } record)
                {
                    await http.Response.WriteAsync(JsonSerializer.Serialize(LineOf(record), LineOptions) + "\n", ended.Token);
                }
                else
                {
                    await http.Response.Body.FlushAsync(ended.Token);
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The caller disconnected, or the host stops.
        }
    }

    private static IConsumer<byte[]?, byte[]> Open(KafkaOptions kafka, KafkaToken token, Offset start)
    {
        KafkaLibrary.Use();
        var configuration = new ConsumerConfig(KafkaConnection.To(kafka))
        {
            GroupId = $"local-records-{Guid.NewGuid():N}",
            EnableAutoCommit = false,
        };
        var consumers = new ConsumerBuilder<byte[]?, byte[]>(configuration).SetLogHandler(static (_, _) => { });
        var consumer = (kafka.UsesToken ? consumers.SetOAuthBearerTokenRefreshHandler(token.Refresh) : consumers).Build();
        try
        {
            // The consumer cannot be asked for the partitions: it gets its OAuth token only while it consumes.
            var admins = new AdminClientBuilder(KafkaConnection.To(kafka)).SetLogHandler(static (_, _) => { });
            using var admin = (kafka.UsesToken ? admins.SetOAuthBearerTokenRefreshHandler(token.Refresh) : admins).Build();
            var partitions = admin.GetMetadata(kafka.Topic, TimeSpan.FromSeconds(2)).Topics[0].Partitions;
            consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(kafka.Topic, partition.PartitionId, start)));
            return consumer;
        }
        catch (KafkaException)
        {
            consumer.Dispose();
            throw;
        }
    }

    private static object LineOf(ConsumeResult<byte[]?, byte[]> record)
    {
        var value = record.Message.Value ?? [];
        var message = KafkaRecord.Read(value)?.Msg;
        return new
        {
            Partition = record.Partition.Value,
            Offset = record.Offset.Value,
            KeyHex = record.Message.Key is { } key ? Convert.ToHexStringLower(key) : null,
            ValueBase64 = Convert.ToBase64String(value),
            Value = Encoding.UTF8.GetString(value),
            Message = message is not null && Utf8.IsValid(message) ? Encoding.UTF8.GetString(message) : null,
        };
    }
}
