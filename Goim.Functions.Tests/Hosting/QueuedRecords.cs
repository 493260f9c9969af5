using System.Text.Json;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Records that a local host's output binding has queued.</summary>
internal static class QueuedRecords
{
    /// <summary>Waits until every pushed record is on the topic: a stop gives queued records only part of a second.</summary>
    /// <param name="host">Its address.</param>
    /// <param name="functionKey">A key of the host, for one that has callers.</param>
    public static async Task DeliveredAsync(Uri host, string functionKey = "")
    {
        using var http = new HttpClient { BaseAddress = host };
        http.DefaultRequestHeaders.Add("x-functions-key", functionKey);
        var kafka = JsonElement.Parse(await http.GetStringAsync("/local/settings")).GetProperty("kafka");
        var records = JsonElement.Parse(await http.GetStringAsync("/monitor/stat")).GetProperty("data").GetProperty("records");
        var expected = records.GetProperty("queued").GetInt32() + records.GetProperty("acknowledged").GetInt32();
        var (brokers, topic) = (kafka.GetProperty("brokers").GetString()!, kafka.GetProperty("topic").GetString()!);
        await Eventually.UntilAsync(() => RecordReader.ReadAll(brokers, topic).Count >= expected);
    }
}
