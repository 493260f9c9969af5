using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Goim.Comet.Clients;

/// <summary>
/// The head of a plain WebSocket handshake (RFC 6455, section 4.1) for <c>/sub</c>. Anything unusual is no such head, and is left to the
/// HTTP server.
/// </summary>
/// <param name="Key">Value of Sec-WebSocket-Key.</param>
/// <param name="Host">Value of Host.</param>
/// <param name="Origin">Value of Origin; null if there is none.</param>
/// <param name="Length">Bytes of the head.</param>
internal sealed record HandshakeHead(string Key, string Host, string? Origin, int Length)
{
    /// <summary>Most bytes of a head.</summary>
    public const int MaxLength = 8 * 1024;

    private const int KeyLength = 16;

    private static readonly byte[] Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8.ToArray();

    private static ReadOnlySpan<byte> Start => "GET /sub"u8;

    /// <summary>Whether the bytes may be the begin of such a head.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> bytes) => bytes.Length < MaxLength
        && (bytes.Length < Start.Length ? Start.StartsWith(bytes) : bytes.StartsWith(Start) && (bytes.Length == Start.Length
            || bytes[Start.Length] is (byte)' ' or (byte)'?'));

    /// <summary>Reads a head. Null if it is not complete, or not a plain handshake.</summary>
    /// <param name="bytes">What has arrived.</param>
    /// <param name="isComplete">Whether the head is complete.</param>
    public static HandshakeHead? Read(ReadOnlySpan<byte> bytes, out bool isComplete)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        isComplete = end >= 0;
        if (!isComplete || bytes[..end].ContainsAnyExceptInRange((byte)'\t', (byte)'~'))
        {
            return null;
        }

        var lines = Encoding.ASCII.GetString(bytes[..end]).Split("\r\n");
        if (lines[0].Split(' ') is not ["GET", _, "HTTP/1.1"])
        {
            return null;
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1
                || line[..colon].Contains(' ', StringComparison.Ordinal)
                || !headers.TryAdd(line[..colon], line[(colon + 1)..].Trim()))
            {
                return null;
            }
        }

        return IsHandshake(headers)
            ? new HandshakeHead(headers["Sec-WebSocket-Key"], headers["Host"], headers.GetValueOrDefault("Origin"), end + 4)
            : null;
    }

    /// <summary>The answer that accepts the handshake.</summary>
    public byte[] Answer() => Encoding.ASCII.GetBytes(
        $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {Accept()}\r\n\r\n");

    private static bool IsHandshake(Dictionary<string, string> headers) =>
        headers.ContainsKey("Host")
        && headers.GetValueOrDefault("Upgrade", "").Equals("websocket", StringComparison.OrdinalIgnoreCase)
        && headers.GetValueOrDefault("Connection", "").Split(',', StringSplitOptions.TrimEntries)
            .Contains("upgrade", StringComparer.OrdinalIgnoreCase)
        && headers.GetValueOrDefault("Sec-WebSocket-Version") == "13"
        && headers.TryGetValue("Sec-WebSocket-Key", out var key)
        && Base64.IsValid(key, out var length) && length == KeyLength
        && !headers.ContainsKey("Content-Length")
        && !headers.ContainsKey("Transfer-Encoding")
        && !headers.ContainsKey("Expect");

    private string Accept() =>
#pragma warning disable CA5350 // RFC 6455 defines the answer with SHA-1.
        Convert.ToBase64String(SHA1.HashData([.. Encoding.ASCII.GetBytes(Key), .. Guid]));
#pragma warning restore CA5350
}
