using System.Net;
using System.Net.Sockets;

namespace Goim.Client.Calls;

/// <summary>Tells a request that could not be sent from one whose answer is lost.</summary>
internal static class ConnectFailure
{
    /// <summary>Whether there was no connection, so that nothing was sent.</summary>
    // HttpClient throws the SocketException itself if the connection is closed while it opens.
    public static bool Is(Exception failure) => failure is SocketException || (failure is HttpRequestException failed && Is(failed));

    private static bool Is(HttpRequestException failure) =>
#if NETSTANDARD
        failure.InnerException switch
        {
            WebException web => web.Status is WebExceptionStatus.ConnectFailure or WebExceptionStatus.NameResolutionFailure
                or WebExceptionStatus.ProxyNameResolutionFailure or WebExceptionStatus.SecureChannelFailure
                or WebExceptionStatus.TrustFailure,
            SocketException socket => socket.SocketErrorCode is SocketError.ConnectionRefused or SocketError.HostNotFound
                or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.TryAgain or SocketError.NoData,
            _ => false,
        };
#else
        failure.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError
        || (failure.HttpRequestError == HttpRequestError.ConnectionError && failure.InnerException is SocketException or null);
#endif
}
