using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.LocalHost;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Faults.Fuzz;

/// <summary>
/// Whatever the request, the process gives an answer of its own, writes no record that goim's job would reject, and does not grow.
/// </summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class FuzzTests
{
    private const int WarmUp = 10_000, Requests = 20_000, AtOnce = 8;

    [AzuriteFact]
    public async Task Every_request_is_answered_and_every_record_is_one_of_goims()
    {
        using var broker = new EmbeddedBroker("pushes", "events");
        await using var azurite = await Azurite.StartAsync();
        using var watch = new TopicWatch(broker.Brokers, "pushes");
        using var process = LocalHostProcess.Start(
            new Dictionary<string, string>
            {
                ["KafkaBrokers"] = broker.Brokers,
                ["KafkaTopic"] = "pushes",
                ["KafkaEventsTopic"] = "events",
                ["Events__Connections"] = "true",
                ["AzureWebJobsStorage"] = azurite.ConnectionString,
                ["Push__MaxUsers"] = "100",
                ["Push__MaxRequestBytes"] = "20000",
                ["KafkaMaxRecordBytes"] = "10000",
            },
            "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Error");
        var url = new Uri(StartAndStopTests.Url().Match(await process.ReadToAsync("Ctrl+C")).Value);
        var connections = new ConcurrentBag<RawConnection>();

        await RunAsync(WarmUp);
        var before = process.ResidentBytes;
        await RunAsync(Requests);
        var after = process.ResidentBytes;

        foreach (var connection in connections)
        {
            connection.Dispose();
        }

        process.CtrlC();
        Assert.Equal(0, (await process.EndAsync()).Code);
        Assert.NotEmpty(await watch.CountedAsync());
        Assert.All(
            RecordReader.ReadAll(broker.Brokers, "events"),
            record => Assert.Contains("\"event\":", JsonElement.Parse(record.Value).GetRawText(), StringComparison.Ordinal));
        Assert.True(after < (before * 1.3) + 30_000_000, string.Create(CultureInfo.InvariantCulture, $"{before} bytes grew to {after}"));

        Task RunAsync(int requests) => AnyRequest.OfAnyRoute.SampleAsync(
            async request =>
            {
                var connection = connections.TryTake(out var idle) ? idle : new RawConnection(url);
                var (status, body) = await connection.SendAsync(request.Method, request.Target, request.Headers, request.Body);
                AssertIsOurs(request, status, body);
                connections.Add(connection);
            },
            iter: requests,
            threads: AtOnce,
            print: request => request.ToString());
    }

    private static void AssertIsOurs(FuzzRequest request, int status, byte[] body)
    {
        var text = Encoding.UTF8.GetString(body);
        if (request.Method == "HEAD")
        {
            Assert.InRange(status, 200, 499);
        }
        else if (request.Target.StartsWith("/nowhere", StringComparison.Ordinal))
        {
            Assert.Equal((404, ""), (status, text));
        }
        else if (request.Target.StartsWith("/monitor/ping", StringComparison.Ordinal) && status == 200)
        {
            Assert.Equal("ok", text);
        }
        else
        {
            Assert.True(status is 200 or 400 or 405 or 409 or 413 or 415 or 429 or 502 or 503, $"status {status}: {text}");
            foreach (var line in text.TrimEnd('\n').Split('\n'))
            {
                var answer = JsonElement.Parse(line);
                var ret = answer.Ret();
                Assert.True(ret == 1 ? status == 200 : ret == 65535 && answer.GetProperty("error").GetString()!.EndsWith('.'), line);
                Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
            }
        }
    }
}
