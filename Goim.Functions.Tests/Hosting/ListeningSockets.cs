using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;

namespace Goim.Functions.Tests.Hosting;

/// <summary>The TCP addresses that a process listens on, as Linux knows them.</summary>
internal static class ListeningSockets
{
    /// <summary>State of a listening socket in <c>/proc/net/tcp</c>: TCP_LISTEN.</summary>
    private const string Listening = "0A";

    public static IReadOnlySet<string> Of(int processId)
    {
        // Null for a file that is closed meanwhile.
        var sockets = new DirectoryInfo($"/proc/{processId}/fd").EnumerateFiles().Select(static file => file.LinkTarget).ToHashSet();
        return new[] { "tcp", "tcp6" }.SelectMany(table => File.ReadAllLines($"/proc/{processId}/net/{table}").Skip(1))
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns[3] == Listening && sockets.Contains($"socket:[{columns[9]}]"))
            .Select(static columns => EndPoint(columns[1]).ToString())
            .ToHashSet();
    }

    // 0100007F:24F8: words of four bytes, each the other way round, and the port.
    private static IPEndPoint EndPoint(string text)
    {
        var (address, port) = (Convert.FromHexString(text.Split(':')[0]), text.Split(':')[1]);
        foreach (ref var word in MemoryMarshal.Cast<byte, int>(address.AsSpan()))
        {
            word = IPAddress.NetworkToHostOrder(word);
        }

        return new IPEndPoint(new IPAddress(address), int.Parse(port, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
