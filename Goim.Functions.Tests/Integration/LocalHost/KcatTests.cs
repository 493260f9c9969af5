using System.Diagnostics;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost;

namespace Goim.Functions.Tests.Integration.LocalHost;

public sealed class KcatTests
{
    [KcatFact]
    public async Task Kcat_sees_the_same_bytes_on_the_broker_that_the_settings_name()
    {
        await using var host = await LocalHostApp.StartAsync(
            ["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Error", "--Router:CallTimeout=00:00:30"]);
        using var http = new HttpClient { BaseAddress = new Uri(host.Url) };
        await http.PostAsync("/1/connect", new StringContent("""{"token":"42","server":3}"""));
        await http.PostAsync("/1/push?uid=42", new StringContent("""{"test":1}"""));
        await http.PostAsync("/1/push/room?rid=1&ensure=1", new StringContent("hi"));
        await http.PostAsync("/1/push/all", new StringContent("hi"));
        var kafka = JsonElement.Parse(await http.GetStringAsync("/local/settings")).GetProperty("kafka");
        Assert.True(kafka.GetProperty("embedded").GetBoolean());
        var (brokers, topic) = (kafka.GetProperty("brokers").GetString()!, kafka.GetProperty("topic").GetString()!);
        IReadOnlyList<ReadRecord> records = [];
        await Eventually.UntilAsync(() =>
        {
            records = RecordReader.ReadAll(brokers, topic);
            return records.Count == 3;
        });

        // %k alone would print the key's four bytes as they are.
        using var kcat = Process.Start(new ProcessStartInfo(
            "kcat", ["-C", "-e", "-q", "-b", brokers, "-t", topic, "-f", "%K %s\n"])
        {
            RedirectStandardOutput = true,
        })!;
        var lines = (await kcat.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(
            [
                """-1 {"op":"broadcast","msg":"aGk="}""",
                """-1 {"op":"multiple","server":3,"subkeys":["42_1"],"msg":"eyJ0ZXN0IjoxfQ=="}""",
                """4 {"op":"broadcast_room","roomid":1,"msg":"aGk=","ensure":true}""",
            ],
            lines.Order(StringComparer.Ordinal));
        Assert.Equal("00000001", records.Single(record => record.Key is not null).KeyHex);
    }
}
