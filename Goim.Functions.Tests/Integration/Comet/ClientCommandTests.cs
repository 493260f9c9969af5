using System.Net.Security;
using Goim.Functions.Tests.Hosting;
using static Goim.Functions.Tests.Hosting.ScriptedComet;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>The client command as a process: its output, its exit codes and its signals.</summary>
public sealed class ClientCommandTests : IDisposable
{
    private readonly ScriptedComet comet = new();

    [Fact]
    public async Task Messages_are_all_that_the_standard_output_has()
    {
        using var client = ClientProcess.Start(comet.Tcp, "42");
        await using var connection = await comet.AcceptAsync();

        await connection.WriteAsync((byte[])[.. Packet(8, version: 1, seq: 1), .. Packet(5, "grün"), .. Packet(5, "{\"test\":1}")]);
        Assert.Equal("grün", await client.MessageAsync());
        Assert.Equal("{\"test\":1}", await client.MessageAsync());
        await connection.WriteAsync(Packet(6, """{"reason":"the comet is stopping","reconnect":false}"""));

        Assert.Equal((1, "", $"Connected to {comet.Tcp}.\nDisconnected: the comet is stopping.\n"), await client.EndAsync());
    }

    // As with "| head -1".
    [Fact]
    public async Task It_ends_when_nobody_reads_its_output_any_more()
    {
        using var client = ClientProcess.Start(comet.Tcp, "42");
        await using var connection = await comet.AcceptAsync();
        await connection.WriteAsync((byte[])[.. Packet(8, version: 1, seq: 1), .. Packet(5, "one")]);
        Assert.Equal("one", await client.MessageAsync());

        client.CloseOutput();
        await connection.WriteAsync(Packet(5, "two"));

        Assert.Equal(0, await client.ExitCodeAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ctrl_C_ends_it_with_exit_code_0(bool isConnected)
    {
        using var client = ClientProcess.Start(comet.Tcp, "42");
        await using (var connection = await comet.AcceptAsync())
        {
            await connection.WriteAsync(Packet(8, version: 1, seq: 1));
            Assert.Equal($"Connected to {comet.Tcp}.", await client.NoteAsync());
            if (isConnected)
            {
                client.CtrlC();
                Assert.Equal((0, "", ""), await client.EndAsync());
                return;
            }
        }

        Assert.StartsWith("The server closed the connection. Connecting again in ", await client.NoteAsync(), StringComparison.Ordinal);
        client.CtrlC();
        Assert.Equal(0, (await client.EndAsync()).Code);
    }

    [Theory]
    [InlineData("The server is 'localhost:7071': ", "localhost:7071", "42")]
    [InlineData("1 arguments were given: ", "ws://localhost:7071/sub")]
    [InlineData("The token has 0 bytes: ", "ws://localhost:7071/sub", "")]
    public async Task A_bad_argument_is_one_sentence_and_exit_code_2(string sentence, params string[] args)
    {
        using var client = ClientProcess.Start(args);

        var (code, output, error) = await client.EndAsync();

        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith(sentence, error, StringComparison.Ordinal);
        Assert.EndsWith(".\n", error, StringComparison.Ordinal);
        Assert.Single(error, character => character == '\n');
    }

    [Fact]
    public async Task Help_says_how_to_connect()
    {
        using var client = ClientProcess.Start("--help");

        var (code, output, error) = await client.EndAsync();

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("ws://localhost:7071/sub", output, StringComparison.Ordinal);
        Assert.Contains("base64:", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_arrive_over_TLS()
    {
        using var certificates = new TestCertificates();
        var authority = new Dictionary<string, string> { ["SSL_CERT_FILE"] = certificates.AuthorityFile };
        using var client = ClientProcess.Start(authority, $"tls://{comet.Endpoint}", "42");
        await using var connection = new SslStream(await comet.AcceptAsync());

        await connection.AuthenticateAsServerAsync(certificates.Server);
        await connection.WriteAsync((byte[])[.. Packet(8, version: 1, seq: 1), .. Packet(5, "over TLS")]);

        Assert.Equal("over TLS", await client.MessageAsync());
    }

    [Theory]
    [InlineData("tls://{0}")]
    [InlineData("wss://{0}/sub")]
    public async Task A_certificate_that_the_machine_does_not_trust_ends_it(string address)
    {
        using var certificates = new TestCertificates();
        var server = address.Replace("{0}", comet.Endpoint, StringComparison.Ordinal);
        using var client = ClientProcess.Start(server, "42");
        await using var connection = new SslStream(await comet.AcceptAsync());

        await connection.AuthenticateAsServerAsync(certificates.Server);

        var (code, output, error) = await client.EndAsync();
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith($"{server}: The remote certificate is invalid", error, StringComparison.Ordinal);
        Assert.Single(error, character => character == '\n');
    }

    public void Dispose() => comet.Dispose();
}
