using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Goim.Functions.Tests.Hosting.OpenApi;

namespace Goim.Functions.Tests.Hosting;

/// <summary>
/// Sends a request byte for byte, without a client that would correct its path or method. The answers of a <see cref="TestHost"/> are
/// checked against docs/openapi.yaml.
/// </summary>
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
        var raw = new RawAnswer(
            int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture),
            Headers(lines[1..]).ToDictionary(pair => pair.Key, pair => string.Join(", ", pair), StringComparer.OrdinalIgnoreCase),
            text[(end + 4)..]);
        ApiCheck.Find(host)?.Check(new SeenAnswer(request.Split(' ')[0], request.Split(' ')[1].Split('?')[0], raw.Status)
        {
            Sent = Headers(headers),
            Headers = Headers(lines[1..]),
            Body = raw.Headers.ContainsKey("Transfer-Encoding") ? null : Encoding.UTF8.GetBytes(raw.Body),
        });
        return raw;
    }

    private static ILookup<string, string> Headers(IEnumerable<string> lines) =>
        lines.Select(static line => line.Split(':', 2))
            .ToLookup(static pair => pair[0], static pair => pair[^1].Trim(), StringComparer.OrdinalIgnoreCase);
}

internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body);
