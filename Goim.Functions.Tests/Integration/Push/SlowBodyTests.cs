using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Push;

/// <summary>Callers who announce large bodies and do not send them to the end.</summary>
public sealed class SlowBodyTests
{
    private const int Announced = 32 * 1024 * 1024;

    [Fact]
    public async Task Four_callers_who_announce_32_MB_and_send_slowly_keep_nobody_out()
    {
        await using var host = await TestHost.StartAsync(
            "--Push:MaxConcurrent=2", $"--Push:MaxRequestBytes={Announced}", $"--FUNCTIONS_REQUEST_BODY_SIZE_LIMIT={Announced}");
        var slow = new List<SlowCaller>();
        foreach (var url in new[] { "/1/pushs", "/1/push/batch", "/1/pushs", "/1/push/batch" })
        {
            slow.Add(await SlowCaller.StartAsync(host, url, Announced, new byte[100_000]));
        }

        for (var i = 0; i < 20; i++)
        {
            (await host.PostAsync("/1/push/all", "m")).IsOk();
            (await host.PostAsync("/1/pushs", $$"""{"m":"{{new string('m', 100_000)}}","u":[]}""")).IsOk();
        }

        Assert.Equal(20, host.Records().Count);
        slow.ForEach(caller => caller.Dispose());
    }

    [Fact]
    public async Task Bytes_that_have_arrived_keep_out_large_bodies_only_and_until_their_caller_leaves()
    {
        await using var host = await TestHost.StartAsync(
            "--Push:MaxRequestBytes=100000000", "--FUNCTIONS_REQUEST_BODY_SIZE_LIMIT=100000000");
        var large = Encoding.UTF8.GetBytes($$"""{"m":1,"u":[]}{{new string(' ', 50_000_000)}}""");
        using (await SlowCaller.StartAsync(host, "/1/pushs", 100_000_000, new byte[99_000_000]))
        {
            await Eventually.UntilAsync(async () => (await host.PostAsync("/1/pushs", large)).Ret() != 1);

            (await host.PostAsync("/1/pushs", large))
                .IsRefused("pushes of ", "expected 134217728 at most at once, nothing was sent, repeat the call.");
            (await host.PostAsync("/1/push/all", new byte[60_000])).IsOk();
        }

        await Eventually.UntilAsync(async () => (await host.PostAsync("/1/pushs", large)).Ret() == 1);
    }

    // Each caller leaves before the body is whole, and the turn of another is free all the time.
    [Fact]
    public async Task A_caller_who_leaves_in_mid_body_gives_back_what_it_had()
    {
        await using var host = await TestHost.StartAsync("--Push:MaxConcurrent=1", "--Facade:MaxConcurrent=1");
        foreach (var url in new[] { "/1/push/all", "/1/pushs", "/1/push/batch", "/1/connect", "/1/router/mput" })
        {
            for (var i = 0; i < 3; i++)
            {
                using (await SlowCaller.StartAsync(host, url, 1_000, "{"u8.ToArray()))
                {
                }
            }

            (await host.PostAsync("/1/push/all", "m")).IsOk();
            Assert.Equal(1, (await host.PostAsync("/1/router/put", """{"userId":1,"server":3}""")).Ret());
        }
    }

    private sealed class SlowCaller : IDisposable
    {
        private readonly TcpClient tcp = new();

        /// <summary>Announces a body and sends the begin of it.</summary>
        public static async Task<SlowCaller> StartAsync(TestHost host, string url, int announced, byte[] sent)
        {
            var (caller, at) = (new SlowCaller(), host.Http.BaseAddress!);
            await caller.tcp.ConnectAsync(at.Host, at.Port);
            var length = announced.ToString(CultureInfo.InvariantCulture);
            await caller.tcp.GetStream().WriteAsync(
                Encoding.ASCII.GetBytes($"POST {url} HTTP/1.1\r\nHost: {at.Authority}\r\nContent-Length: {length}\r\n\r\n"));
            await caller.tcp.GetStream().WriteAsync(sent);
            return caller;
        }

        public void Dispose() => tcp.Dispose();
    }
}
