using System.Net.Sockets;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Grpc.Net.Client;

namespace Goim.Functions.Tests.Integration.LocalHost;

/// <summary>Processes that may open few files, and get more connections than that.</summary>
public sealed class OpenFilesTests
{
    private const int Files = 400;
    private const string Warning = "The limit of open files (ulimit -n) is 400: at most ";

    [Fact]
    public async Task Connections_that_LocalHost_has_no_files_for_wait_until_others_end()
    {
        using var process = LocalHostProcess.StartWithFiles(Files, "--urls=http://127.0.0.1:0");
        var banner = await process.ReadToAsync("Ctrl+C");
        var url = new Uri(StartAndStopTests.Url().Match(banner).Value);
        var readers = await ReadersAsync(url);
        var others = await ConnectAsync(url, Files + 50);

        var waiting = RawHttp.SendAsync(url, "POST", "/1/push/all", "m"u8.ToArray());
        await Task.WhenAny(waiting, AnsweredAsync(others[0], url)).WaitAsync(Eventually.Limit);
        Assert.False(waiting.IsCompleted);
        others.ForEach(other => other.Dispose());
        readers.ForEach(reader => reader.Dispose());

        Assert.Equal("""{"ret":1}""", (await waiting.WaitAsync(Eventually.Limit)).Body);
        Assert.Contains(Warning, banner, StringComparison.Ordinal);
        process.CtrlC();
        Assert.Equal(0, (await process.EndAsync()).Code);
    }

    [Fact]
    public async Task Connections_that_a_router_node_has_no_files_for_wait_until_others_end()
    {
        await using var node = await RouterProcess.StartWithFilesAsync(Files);
        var others = await ConnectAsync(new Uri(node.Address), Files + 50);

        using var channel = GrpcChannel.ForAddress(node.Address);
        var waiting = new RouterRPC.RouterRPCClient(channel).PingAsync(new NoArg()).ResponseAsync;
        Assert.NotNull(await node.Client.PingAsync(new NoArg()));
        Assert.False(waiting.IsCompleted);
        others.ForEach(other => other.Dispose());

        Assert.NotNull(await waiting.WaitAsync(Eventually.Limit));
    }

    [Fact]
    public async Task Too_few_files_end_the_start_with_a_sentence()
    {
        using var process = LocalHostProcess.StartWithFiles(256, "--urls=http://127.0.0.1:0");

        Assert.Equal(
            (1, "", "The limit of open files (ulimit -n) is 256: expected 400 at least.\n"), await process.EndAsync());
    }

    // As many readers of records as the process takes: each opens a dozen files.
    private static async Task<List<TcpClient>> ReadersAsync(Uri url)
    {
        var readers = new List<TcpClient>();
        while (true)
        {
            var reader = (await ConnectAsync(url, 1))[0];
            await reader.GetStream().WriteAsync(
                System.Text.Encoding.ASCII.GetBytes($"GET /local/records HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n"));
            var status = new byte[12];
            await reader.GetStream().ReadExactlyAsync(status).AsTask().WaitAsync(Eventually.Limit);
            if (System.Text.Encoding.ASCII.GetString(status) != "HTTP/1.1 200")
            {
                reader.Dispose();
                Assert.Equal("HTTP/1.1 429", System.Text.Encoding.ASCII.GetString(status));
                return readers;
            }

            readers.Add(reader);
        }
    }

    private static async Task<List<TcpClient>> ConnectAsync(Uri url, int count)
    {
        var connections = new List<TcpClient>();
        for (var i = 0; i < count; i++)
        {
            var connection = new TcpClient();
            await connection.ConnectAsync(url.Host, url.Port);
            connections.Add(connection);
        }

        return connections;
    }

    // The first connection has been accepted before the others, and is answered.
    private static async Task AnsweredAsync(TcpClient connection, Uri url)
    {
        await connection.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n"));
        Assert.NotEqual(0, await connection.GetStream().ReadAsync(new byte[100]));
    }
}
