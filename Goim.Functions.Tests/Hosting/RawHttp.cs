using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Sends a request byte for byte, without a client that would correct its path or method.</summary>
internal static class RawHttp
{
    /// <summary>Adds a Host header with the host's own address unless <paramref name="headers"/> have one.</summary>
    public static Task<RawAnswer> SendAsync(Uri host, string method, string target, byte[] body, params string[] headers)
    {
        var isNamed = headers.Any(header => header.StartsWith("Host:", StringComparison.Ordinal));
        var named = isNamed ? headers : [$"Host: {host.Authority}", .. headers];
        return SendAsync(host, $"{method} {target} HTTP/1.1", body, named);
    }

    /// <summary>As HTTP/1.0, which does not ask for a Host.</summary>
    public static Task<RawAnswer> SendWithoutHostAsync(Uri host, string method, string target, byte[] body) =>
        SendAsync(host, $"{method} {target} HTTP/1.0", body, []);

    private static async Task<RawAnswer> SendAsync(Uri host, string request, byte[] body, string[] headers)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(host.Host, host.Port);
        await using var stream = tcp.GetStream();
        var head = new StringBuilder($"{request}\r\nConnection: close\r\nContent-Length: {body.Length}\r\n");
        foreach (var header in headers)
        {
            head.Append(header).Append("\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
        await stream.WriteAsync(body);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer);

        var text = Encoding.UTF8.GetString(answer.ToArray());
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = text[..end].Split("\r\n");
        return new RawAnswer(
            int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture),
            lines.Skip(1)
                .Select(line => line.Split(": ", 2))
                .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase),
            text[(end + 4)..]);
    }
}

internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body);
