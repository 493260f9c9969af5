using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Confluent.Kafka;
using Goim.Logic.Input;
using Goim.Protocol;

namespace Goim.LocalHost.Local;

/// <summary>GET /local/records?from=start|now: the records of the push topic as NDJSON, until the caller disconnects.</summary>
internal static class RecordsEndpoint
{
    /// <summary>Time between two looks for records. librdkafka fetches them with threads of its own.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    private static readonly JsonSerializerOptions LineOptions = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async Task GetAsync(HttpContext http, RecordReaders readers, IHostApplicationLifetime lifetime)
    {
        var from = http.Request.Query["from"].ToString();
        if (from is not ("" or "start" or "now"))
        {
            await Refusal.SendAsync(http, StatusCodes.Status400BadRequest, $"from is {Quoted.Of(from)}: expected start or now.");
            return;
        }

        if (!readers.TryEnter())
        {
            await Refusal.SendAsync(
                http,
                StatusCodes.Status429TooManyRequests,
                $"/local/records has {readers.Most} readers already: expected one to leave.");
            return;
        }

        try
        {
            await ReadAsync(http, readers, from == "now" ? Offset.End : Offset.Beginning, lifetime.ApplicationStopping);
        }
        finally
        {
            readers.Leave();
        }
    }

    private static async Task ReadAsync(HttpContext http, RecordReaders readers, Offset start, CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        IConsumer<byte[]?, byte[]> opened;
        try
        {
            opened = await readers.OpenAsync(start);
        }
        catch (KafkaException)
        {
            await Refusal.SendAsync(http, StatusCodes.Status503ServiceUnavailable, "the broker does not answer.");
            return;
        }

        using var consumer = opened;
        http.Response.ContentType = "application/x-ndjson; charset=utf-8";
        try
        {
            await http.Response.StartAsync(ended.Token);
            await StreamAsync(consumer, http.Response, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The caller disconnected, or the host stops.
        }
    }

    private static async Task StreamAsync(IConsumer<byte[]?, byte[]> consumer, HttpResponse response, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(Period);
        do
        {
            // With no wait, so that an idle reader has no thread.
            while (consumer.Consume(TimeSpan.Zero) is { } record)
            {
                await response.WriteAsync(JsonSerializer.Serialize(LineOf(record), LineOptions) + "\n", ended);
            }

            await response.Body.FlushAsync(ended);
        }
        while (await timer.WaitForNextTickAsync(ended));
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
