using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.LocalHost;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Faults.LocalHost;

/// <summary>What the local host does within the second that a stop may take.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class GraceTests
{
    [Fact]
    public async Task Ctrl_C_delivers_what_is_queued()
    {
        using var broker = new EmbeddedBroker("pushes", "events");
        var settings = new Dictionary<string, string>
        {
            ["KafkaBrokers"] = broker.Brokers,
            ["KafkaTopic"] = "pushes",
            ["KafkaEventsTopic"] = "events",
        };
        using var process = LocalHostProcess.Start(settings, "--urls=http://127.0.0.1:0");
        var url = StartAndStopTests.Url().Match(await process.ReadToAsync("Ctrl+C")).Value;
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        var answered = 0;
        var callers = Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                while (true)
                {
                    using var response = await http.PostAsync("/1/push/all", new StringContent("m"));
                    var answer = await response.Content.ReadAsStringAsync();
                    if (answer == """{"ret":1}""" && Interlocked.Increment(ref answered) == 2_000)
                    {
                        process.CtrlC();
                    }
                }
            }
            catch (Exception cut) when (cut is HttpRequestException or System.Net.Sockets.SocketException)
            {
                // The host has stopped listening. HttpClient throws the SocketException itself if the connection is closed while it opens.
            }
        }).ToArray();

        Assert.Equal(0, (await process.EndAsync()).Code);
        await Task.WhenAll(callers);
        Assert.InRange(RecordReader.ReadAll(broker.Brokers, "pushes").Count, answered, int.MaxValue);
    }

    [Fact]
    public async Task A_stop_ends_open_streams()
    {
        await using var stopped = await TestHost.StartAsync();
        using var response = await stopped.Http.GetAsync("/local/records", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        var end = lines.ReadToEndAsync();

        await stopped.App.DisposeAsync();

        Assert.Equal("", await end);
    }
}
