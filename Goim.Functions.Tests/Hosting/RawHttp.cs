using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting.OpenApi;

namespace Goim.Functions.Tests.Hosting;

/// <summary>
/// Sends a request byte for byte, without a client that would correct its path or method. The answers of a <see cref="TestHost"/> are
/// checked against docs/openapi.yaml.
/// </summary>
internal static partial class RawHttp
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
        var head = new StringBuilder($"{request}\r\nConnection: close\r\n");
        var hasLength = headers.Any(static header => header.StartsWith("Content-Length:", StringComparison.Ordinal));
        foreach (var header in hasLength ? headers : [$"Content-Length: {body.Length}", .. headers])
        {
            head.Append(header).Append("\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
        await stream.WriteAsync(body);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer);

        var bytes = answer.ToArray();
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        var lines = Encoding.UTF8.GetString(bytes, 0, end).Split("\r\n");
        var answered = Headers(lines[1..]);
        var content = answered.Contains("Transfer-Encoding") ? Unchunked(bytes.AsSpan(end + 4)) : bytes[(end + 4)..];
        var raw = new RawAnswer(
            int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture),
            answered.ToDictionary(pair => pair.Key, pair => string.Join(", ", pair), StringComparer.OrdinalIgnoreCase),
            Encoding.UTF8.GetString(content));
        ApiCheck.Find(host)?.Check(new SeenAnswer(request.Split(' ')[0], request.Split(' ')[1].Split('?')[0], raw.Status)
        {
            Sent = Headers(headers),
            Headers = answered,
            Body = content,
            IsMalformed = !RequestLine().IsMatch(request) || headers.Any(static header => OtherHost().IsMatch(header)),
        });
        return raw;
    }

    // A chunk is its length in hexadecimal, a line break, its bytes and a line break. The last one has the length 0.
    private static byte[] Unchunked(ReadOnlySpan<byte> chunks)
    {
        using var body = new MemoryStream();
        while (true)
        {
            var line = chunks.IndexOf("\r\n"u8);
            var length = int.Parse(chunks[..line], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length == 0)
            {
                return body.ToArray();
            }

            body.Write(chunks.Slice(line + 2, length));
            chunks = chunks[(line + 2 + length + 2)..];
        }
    }

    [GeneratedRegex(@"^[A-Z]+ /[!-~]* HTTP/1\.[01]$")]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"^Host:(?! ?([A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$)")]
    private static partial Regex OtherHost();

    private static ILookup<string, string> Headers(IEnumerable<string> lines) =>
        lines.Select(static line => line.Split(':', 2))
            .ToLookup(static pair => pair[0], static pair => pair[^1].Trim(), StringComparer.OrdinalIgnoreCase);
}

internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body);
