using System.Net;
using System.Net.Sockets;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Comet;

/// <summary>Where clients connect.</summary>
/// <param name="EndPoint">Address and port.</param>
/// <param name="Url"><c>tcp://host:port</c>, <c>ws://host:port/path</c> or <c>wss://host/path</c>.</param>
internal sealed record ServerAddress(IPEndPoint EndPoint, Uri Url)
{
    public bool IsWebSocket => Url.Scheme is "ws" or "wss";

    public bool IsTls => Url.Scheme == "wss";

    /// <exception cref="TargetFailure">The text is no such URL, or its host is unknown.</exception>
    public static ServerAddress Parse(string text, string option = "--server")
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("tcp" or "ws" or "wss") || url.Port < 1)
        {
            throw new TargetFailure($"{option} is '{text}': expected tcp://127.0.0.1:8080, ws://127.0.0.1:7071/sub or wss://host/sub.");
        }

        // goim's comet and Kestrel on localhost both listen on IPv4.
        var addresses = AddressesOf(url.Host);
        return addresses.Length > 0
            ? new(new IPEndPoint(addresses[0], url.Port), url)
            : throw new TargetFailure($"{option} is '{text}': its host has no IPv4 address.");
    }

    /// <summary>
    /// The local address of a connection. A closed connection keeps its port for a minute, so to a server on this machine the connections
    /// are spread over 64 addresses. Null for any address.
    /// </summary>
    public IPEndPoint? SourceOf(long connection) =>
        IPAddress.IsLoopback(EndPoint.Address) ? new(new IPAddress([127, 0, 1, (byte)(1 + connection % 64)]), 0) : null;

    private static IPAddress[] AddressesOf(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host, AddressFamily.InterNetwork);
        }
        catch (SocketException)
        {
            return [];
        }
    }
}
