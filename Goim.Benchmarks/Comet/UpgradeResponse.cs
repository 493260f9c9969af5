using System.Text;

namespace Goim.Benchmarks.Comet;

/// <summary>Reads the HTTP response that opens a WebSocket, from bytes that come in parts of any size.</summary>
internal sealed class UpgradeResponse
{
    private const string End = "\r\n\r\n";

    private readonly StringBuilder text = new();

    /// <summary>Reads the response, and removes it from <paramref name="bytes"/>.</summary>
    /// <returns>False if the response is not complete yet. All bytes were then taken.</returns>
    /// <exception cref="IOException">The server refuses.</exception>
    public bool TryRead(ref ReadOnlySpan<byte> bytes)
    {
        var before = text.Length;
        var response = text.Append(Encoding.ASCII.GetString(bytes)).ToString();
        var end = response.IndexOf(End, StringComparison.Ordinal);
        if (end < 0)
        {
            bytes = [];
            return false;
        }

        bytes = bytes[(end + End.Length - before)..];
        return response.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal)
            ? true
            : throw new IOException($"it answered {response.Split("\r\n")[0]}");
    }
}
