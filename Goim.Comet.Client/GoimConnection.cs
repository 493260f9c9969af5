using System.IO.Pipelines;

namespace Goim.Comet.Client;

/// <summary>A connection to a comet, which takes and gives packets. One reader and one writer may use it at the same time.</summary>
internal sealed class GoimConnection : IAsyncDisposable
{
    private readonly Stream stream;
    private readonly PipeReader reader;

    private GoimConnection(Stream stream)
    {
        this.stream = stream;
        reader = PipeReader.Create(stream);
    }

    /// <param name="server">A <c>ws</c>, <c>wss</c>, <c>tcp</c> or <c>tls</c> address.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="InvalidDataException">Something that is no comet answers there. The message is a sentence for the user.</exception>
    public static async Task<GoimConnection> ConnectAsync(Uri server, CancellationToken cancellationToken) =>
        new(await Transport.ConnectAsync(server, cancellationToken));

    public ValueTask SendAsync(Packet packet, CancellationToken cancellationToken) =>
        stream.WriteAsync(packet.ToBytes(), cancellationToken);

    /// <summary>The next packet; null at the end of the connection.</summary>
    /// <exception cref="InvalidDataException">The bytes are no packet. The message is a sentence for the user.</exception>
    public async ValueTask<Packet?> ReadAsync(CancellationToken cancellationToken)
    {
        var read = await reader.ReadAtLeastAsync(Packet.HeaderLength, cancellationToken);
        if (read.Buffer.Length < Packet.HeaderLength)
        {
            return null;
        }

        var length = Packet.LengthOf(read.Buffer);
        if (read.Buffer.Length < length)
        {
            reader.AdvanceTo(read.Buffer.Start);
            read = await reader.ReadAtLeastAsync(length, cancellationToken);
            if (read.Buffer.Length < length)
            {
                return null;
            }
        }

        var bytes = read.Buffer.Slice(0, length);
        var packet = Packet.Read(bytes);
        reader.AdvanceTo(bytes.End);
        return packet;
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
