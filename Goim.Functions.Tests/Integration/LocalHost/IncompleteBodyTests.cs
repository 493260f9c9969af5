using System.Net.Sockets;
using System.Text;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.LocalHost;

/// <summary>Bodies that do not arrive.</summary>
public sealed class IncompleteBodyTests : IAsyncLifetime, IDisposable
{
    private const string Ended = "A request of function PushAll ended with status 408: ";
    private readonly LogLines log = new();
    private TestHost host = null!;

    public async Task InitializeAsync() => host = await TestHost.StartAsync(
        ["1"], ["--Logging:LogLevel:Default=Information"], configure: log.AddTo);

    public async Task DisposeAsync() => await host.DisposeAsync();

    public void Dispose() => log.Dispose();

    // Kestrel waits 5 s before it looks at the rate.
    [Fact]
    public async Task A_body_that_arrives_too_slowly_is_408_and_one_line_of_the_log()
    {
        using var tcp = await SendHalfAsync();
        using var answer = new StreamReader(tcp.GetStream());
        var text = await answer.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 408 ", text, StringComparison.Ordinal);
        Assert.EndsWith(
            """{"ret":65535,"error":"body arrives too slowly: expected 240 bytes a second at least."}""", text, StringComparison.Ordinal);
        Assert.Equal(1, log.Count($"Warning: {Ended}body arrives too slowly"));
        await AssertNothingElseAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_cut_is_one_line_of_the_log(bool reset)
    {
        var tcp = await SendHalfAsync();
        tcp.LingerState = new LingerOption(reset, 0);
        tcp.Dispose();

        await Eventually.UntilAsync(() => log.Count($"Warning: {Ended}body ended early: expected 1000 bytes.") == 1);
        await AssertNothingElseAsync();
    }

    private async Task<TcpClient> SendHalfAsync()
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(host.Http.BaseAddress!.Host, host.Http.BaseAddress.Port);
        var half = $"POST /1/push/all HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{new string('m', 500)}";
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(half));
        return tcp;
    }

    private async Task AssertNothingElseAsync()
    {
        (await host.PostAsync("/1/push/all", "m")).IsOk();
        Assert.Equal(1, log.Count("408"));
        Assert.Equal(0, log.Count("Error: "));
        Assert.Single(host.Records());
    }
}
