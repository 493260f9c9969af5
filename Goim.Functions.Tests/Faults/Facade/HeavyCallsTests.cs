using System.Text;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.LocalHost;
using Goim.Protocol;

namespace Goim.Functions.Tests.Faults.Facade;

/// <summary>Calls that cost much, many at once.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class HeavyCallsTests
{
    private const int Sessions = 600_000;

    // Before: no push was answered within the deadline of a router call.
    [Theory]
    [InlineData("/1/router/getall?node=1&limit=1", 200)]
    [InlineData("/1/router/allroomcount", 30)]
    public async Task Pushes_go_on_beside_many_calls_that_read_a_whole_node(string url, int callers)
    {
        await using var host = await TestHost.StartAsync(["1"], ["--Router:CallTimeout=00:00:03"]);
        foreach (var users in Enumerable.Range(1, Sessions).Chunk(10_000))
        {
            var puts = users.Select(user => new PutArg { UserId = user, Server = 3, RoomId = user });
            await host.Nodes["1"].Client.MPutAsync(new MPutArg { Puts = { puts } });
        }

        var hasEnded = false;
        var calls = Enumerable.Range(0, callers).Select(async _ =>
        {
            while (!Volatile.Read(ref hasEnded))
            {
                using var answer = await host.Http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
                await answer.Content.CopyToAsync(Stream.Null);
            }
        }).ToArray();
        for (var user = 1; user <= 100; user++)
        {
            (await host.PostAsync($"/1/push?uid={user}", "m")).IsOk();
        }

        Volatile.Write(ref hasEnded, true);
        await Task.WhenAll(calls);
        Assert.Equal(100, host.Records().Count);
    }

    // Before: twelve bodies of 32 MB became documents in memory, and empty 500s under a heap of 3 GB. A body is now smaller, and so is the
    // heap here.
    [Theory]
    [InlineData("/1/router/mput", """{"puts":[ITEMS]}""", """{"userId":1,"server":3}""", "puts holds 10001 entries or more")]
    [InlineData("/1/router/mget", """{"userIds":[ITEMS]}""", "1", "userIds holds 10001 entries or more")]
    public async Task Bodies_with_too_many_entries_take_little_memory(string url, string body, string item, string expected)
    {
        var settings = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "0x10000000" };
        using var process = LocalHostProcess.Start(settings, "--urls=http://127.0.0.1:0");
        using var http = new HttpClient
        {
            BaseAddress = new Uri(StartAndStopTests.Url().Match(await process.ReadToAsync("Ctrl+C")).Value),
        };
        var items = string.Join(',', Enumerable.Repeat(item, 4_000_000 / (item.Length + 1)));
        var bytes = Encoding.UTF8.GetBytes(body.Replace("ITEMS", items, StringComparison.Ordinal));

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            using var answer = await http.PostAsync(url, new ByteArrayContent(bytes));
            return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        }));

        Assert.All(answers, answer => answer.IsRefused(expected));
    }
}
