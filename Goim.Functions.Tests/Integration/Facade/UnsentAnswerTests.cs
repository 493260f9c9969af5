using System.Net.Sockets;
using System.Text;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Facade;

/// <summary>Answers with many sessions that their callers do not read.</summary>
public sealed class UnsentAnswerTests
{
    private const int Users = 40, SessionsPerUser = 10_000;
    private static readonly string Body = $$"""{"userIds":[{{string.Join(',', Enumerable.Range(1, Users))}}]}""";

    // An answer has some 10 MB.
    [Fact]
    public async Task Answers_that_are_not_read_are_bounded_and_pushes_go_on()
    {
        await using var host = await TestHost.StartAsync();
        for (var user = 1; user <= Users; user++)
        {
            var puts = Enumerable.Range(1, SessionsPerUser).Select(seq => new PutArg { UserId = user, Server = 3, Seq = seq });
            await host.Nodes["1"].Client.MPutAsync(new MPutArg { Puts = { puts } });
        }

        var unread = new List<TcpClient>();
        for (var i = 0; i < 30; i++)
        {
            unread.Add(await SendAsync(host.Http.BaseAddress!));
        }

        await Eventually.UntilAsync(async () => (await host.PostAsync("/1/router/mget", Body)).Ret() == 65535);
        (await host.PostAsync("/1/router/mget", Body)).IsRefused("answers with sessions of", "expected 134217728 at most at once");
        Assert.Equal(1, (await host.PostAsync("/1/router/mget", """{"userIds":[4200]}""")).Ret());
        (await host.PostAsync("/1/push?uid=4200", "m")).IsOk();

        unread.ForEach(caller => caller.Dispose());
        await Eventually.UntilAsync(async () => (await host.PostAsync("/1/router/mget", Body)).Ret() == 1);
    }

    // With a small buffer, so that the answer stays with the host.
    private static async Task<TcpClient> SendAsync(Uri host)
    {
        var caller = new TcpClient { ReceiveBufferSize = 4_096 };
        await caller.ConnectAsync(host.Host, host.Port);
        await caller.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /1/router/mget HTTP/1.1\r\nHost: {host.Authority}\r\nContent-Length: {Body.Length}\r\n\r\n{Body}"));
        return caller;
    }
}
