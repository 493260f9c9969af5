using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Goim.Functions.Tests.Hosting;
using Goim.Logic.Routing.Ring;
using Goim.Protocol;

namespace Goim.Functions.Tests.Faults.Routing;

/// <summary>Router nodes as processes, killed, frozen and started again under 100 callers.</summary>
[Trait("Category", "Faults")]
[Collection(FaultRuns.Name)]
public sealed class RouterFaultTests
{
    private const int Callers = 100;

    [AzuriteFact]
    public async Task A_node_killed_in_the_middle_of_puts_and_dels_loses_no_answered_put_but_by_its_own_restart()
    {
        await using var azurite = await Azurite.StartAsync();
        await using var first = await RouterProcess.StartAsync();
        await using var second = await RouterProcess.StartAsync();
        await using var host = await TestHost.StartAsync([], Settings(azurite, first, second));
        var watch = new ProcessWatch();

        // Connected before, to be disconnected during the fault.
        var leaving = Enumerable.Range(1_000_000, 1_000).Select(user => (long)user).ToArray();
        var puts = string.Join(',', leaving.Select(user => $$"""{"key":"{{user}}_1","server":3}"""));
        (await host.PostAsync("/1/router/mput", $$"""{"puts":[{{puts}}]}""")).GetProperty("data");

        var answered = new ConcurrentDictionary<long, string>();
        var (journalled, refused) = (0, 0);
        var work = new ConcurrentQueue<long>(Enumerable.Range(1, 10_000).Select(user => (long)user));
        var dels = new ConcurrentQueue<long>(leaving);
        var killed = new TaskCompletionSource();
        var callers = Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (work.TryDequeue(out var user))
            {
                var put = await host.PostAsync("/1/connect", $$"""{"token":"{{user}}","server":5}""");
                if (put.Ret() == 1)
                {
                    answered[user] = put.GetProperty("data").GetProperty("key").GetString()!;
                }

                if (work.Count <= 5_000)
                {
                    killed.TrySetResult();
                }

                if (user % 10 == 0 && dels.TryDequeue(out var gone))
                {
                    var del = await host.PostAsync("/1/disconnect", $$"""{"key":"{{gone}}_1"}""");
                    Interlocked.Add(ref journalled, del.GetRawText().Contains("journalled", StringComparison.Ordinal) ? 1 : 0);
                    Interlocked.Add(ref refused, del.Ret() == 1 ? 0 : 1);
                }
            }
        })).ToArray();
        await killed.Task.WaitAsync(TimeSpan.FromMinutes(2));
        await second.KillAsync();
        await Task.WhenAll(callers);

        Assert.Equal(0, refused);
        Assert.True(journalled > 0, "no deletion met the dead node");
        await second.RestartAsync();
        await Eventually.UntilAsync(async () => (await host.GetAsync("/1/router/ping")).Ret() == 1);

        // Comets restore the sessions that the killed node held.
        var lost = new List<string>();
        foreach (var (user, key) in answered)
        {
            var sessions = (await host.GetAsync($"/1/router/get?uid={user}")).GetProperty("data").GetProperty("sessions");
            if (sessions.GetArrayLength() == 0)
            {
                lost.Add(key);
            }
        }

        Assert.All(lost, key => Assert.True(
            SubKey.TryParse(key, out var parsed) && Node(parsed.UserId) == 1,
            $"{key} was on the node that was not killed"));
        var restores = string.Join(',', lost.Select(key => $$"""{"key":"{{key}}","server":5}"""));
        await host.PostAsync("/1/router/mput", $$"""{"puts":[{{restores}}]}""");
        await Eventually.UntilAsync(async () =>
            (await host.StatAsync()).GetProperty("journal").GetProperty("replayed").GetInt32() >= journalled);

        (await host.GetAsync("/1/count?type=server")).HasData($$"""[{"Server":5,"Count":{{answered.Count}}}]""");
        await watch.AssertNoGrowthAsync();
    }

    [Fact]
    public async Task A_node_that_never_answers_holds_nobody_up_but_its_own_users()
    {
        await using var first = await RouterProcess.StartAsync();
        await using var second = await RouterProcess.StartAsync();
        await using var host = await TestHost.StartAsync([], [.. Settings(null, first, second), "--Router:CallTimeout=00:00:02"]);
        await host.PostAsync("/1/pushs", """{"m":1,"u":[2001,2002]}""");
        await second.FreezeAsync();
        var watch = new ProcessWatch();
        var refused = Task.WhenAll(Enumerable.Range(0, Callers / 10).Select(async _ =>
        {
            for (var i = 0; i < 4; i++)
            {
                (await host.PostAsync("/1/push?uid=2001", "m")).IsRefused("router node 2 did not answer", "nothing was sent");
            }
        }));
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            for (var i = 0; i < 20; i++)
            {
                (await host.PostAsync("/1/push?uid=2002", "m")).IsOk();
            }
        }));

        // If each push waited for 2 s, the 20 pushes of a caller would take 40 s.
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        await refused;
        second.Thaw();

        Assert.Empty(host.Records());
        await Eventually.UntilAsync(async () => (await host.PostAsync("/1/push?uid=2001", "m")).Ret() == 1);
        await watch.AssertNoGrowthAsync();
    }

    [Fact]
    public async Task A_node_whose_host_drops_everything_fails_calls_at_once_after_the_first()
    {
        // While a listener's backlog is full, its host does not answer attempts to connect.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(0);
        var hole = (IPEndPoint)listener.LocalEndpoint;
        var filling = Enumerable.Range(0, 4).Select(_ => new TcpClient()).ToList();
        var connecting = filling.Select(tcp => tcp.ConnectAsync(hole)).ToList();
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1=http://{hole}"]);
        (await host.PostAsync("/1/push?uid=42", "m")).IsRefused("router node 1 did not answer");
        var start = Stopwatch.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            for (var i = 0; i < 10; i++)
            {
                (await host.PostAsync("/1/connect", """{"token":"42","server":3}""")).IsRefused("router node 1 did not answer");
            }
        }));

        // A thousand calls take less than half of a single deadline of 20 s.
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        filling.ForEach(tcp => tcp.Dispose());
        await Task.WhenAll(connecting)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private static int Node(long userId) => new KetamaRing(["1", "2"]).NodeOf(userId);

    internal static string[] Settings(Azurite? azurite, params RouterProcess[] nodes) =>
    [
        .. nodes.Select((node, i) => $"--Router:Nodes:{i + 1}={node.Address}"),
        .. azurite is null ? Array.Empty<string>() : [$"--AzureWebJobsStorage={azurite.ConnectionString}"],
    ];
}
