using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A request sent byte for byte as it is given: no client that mends paths or methods on the way.</summary>
internal static class RawHttp
{
    public static async Task<RawAnswer> SendAsync(Uri host, string method, string target, byte[] body, params string[] headers)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(host.Host, host.Port);
        await using var stream = tcp.GetStream();
        var head = new StringBuilder($"{method} {target} HTTP/1.1\r\nConnection: close\r\nContent-Length: {body.Length}\r\n");
        var named = headers.Any(header => header.StartsWith("Host:", StringComparison.Ordinal)) ? headers : [$"Host: {host.Authority}", .. headers];
        foreach (var header in named)
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
            lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase),
            text[(end + 4)..]);
    }
}

internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body);
