using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.LocalHost;

namespace Goim.Functions.Tests.Faults.LocalHost;

/// <summary>Idle readers of the push topic beside pushes.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class RecordReadersTests
{
    // With a thread of the pool for each reader, one push took 6 to 11 s.
    [Fact]
    public async Task Readers_take_no_thread_that_pushes_need()
    {
        var twoThreads = new Dictionary<string, string> { ["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = "2" };
        using var process = LocalHostProcess.Start(twoThreads, "--urls=http://127.0.0.1:0");
        using var http = new HttpClient
        {
            BaseAddress = new Uri(StartAndStopTests.Url().Match(await process.ReadToAsync("Ctrl+C")).Value),
        };
        var readers = new List<HttpResponseMessage>();
        for (var i = 0; i < 16; i++)
        {
            readers.Add(await http.GetAsync("/local/records?from=now", HttpCompletionOption.ResponseHeadersRead));
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        for (var i = 0; i < 20; i++)
        {
            using var answer = await http.PostAsync("/1/push/all", new StringContent("m"), limit.Token);
            Assert.Equal("""{"ret":1}""", await answer.Content.ReadAsStringAsync(limit.Token));
        }

        readers.ForEach(reader => reader.Dispose());
    }
}
