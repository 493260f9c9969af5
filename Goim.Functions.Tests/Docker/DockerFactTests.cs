using System.Net.Sockets;

namespace Goim.Functions.Tests.Docker;

public sealed class DockerFactTests
{
    private const string LocalSocket = "/var/run/docker.sock";

    [Fact]
    public async Task What_needs_Docker_is_skipped_with_a_reason_where_no_engine_answers()
    {
        var reason = await EngineAnswersAsync() ? null : "No Docker engine answers, at DOCKER_HOST or on a socket of this machine.";

        Assert.Equal(reason, new DockerFactAttribute().Skip);
        Assert.Equal(reason, new DockerTheoryAttribute().Skip);
    }

    // As docker itself would ask it.
    private static async Task<bool> EngineAnswersAsync()
    {
        var host = new Uri(Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } set ? set : $"unix://{LocalSocket}");
        using var socket = host.Scheme == "unix" ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await (host.Scheme == "unix" ? socket.ConnectAsync(new UnixDomainSocketEndPoint(host.LocalPath)) : socket.ConnectAsync(host.Host, host.Port));
            await socket.SendAsync("GET /_ping HTTP/1.0\r\n\r\n"u8.ToArray());
            var answer = new byte[12];
            return await socket.ReceiveAsync(answer) == answer.Length && answer.AsSpan().EndsWith(" 200"u8);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
