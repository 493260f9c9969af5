using System.Buffers.Binary;
using System.Net.Sockets;

namespace Goim.Comet.Clients;

/// <summary>What the operating system knows of a TCP connection.</summary>
internal static class SocketInfo
{
    // linux/tcp.h: TCP_INFO, and tcpi_bytes_acked of struct tcp_info.
    private const int TcpInfo = 11, BytesAcked = 120, InfoLength = 128;

    /// <summary>Bytes that the other side has acknowledged. 0 if that is not known.</summary>
    public static long Acknowledged(Socket? socket)
    {
        if (socket is null || !OperatingSystem.IsLinux())
        {
            return 0;
        }

        Span<byte> info = stackalloc byte[InfoLength];
        try
        {
            return socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, TcpInfo, info) == InfoLength
                ? (long)BinaryPrimitives.ReadUInt64LittleEndian(info[BytesAcked..])
                : 0;
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }
}
