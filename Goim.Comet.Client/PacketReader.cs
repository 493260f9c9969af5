namespace Goim.Comet.Client;

/// <summary>Reads packets from the bytes of a connection.</summary>
/// <param name="transport">The connection.</param>
/// <param name="received">Is called whenever bytes have come.</param>
internal sealed class PacketReader(Transport transport, Action received)
{
    // A body that is longer than what has come is read into its own array.
    private readonly byte[] buffer = new byte[16 * 1024];
    private int start, end;

    /// <summary>The next packet; null at the end of the connection.</summary>
    /// <exception cref="InvalidDataException">The bytes are no packet. The message is a sentence for the user.</exception>
    public async ValueTask<Packet?> ReadAsync()
    {
        while (end - start < Packet.HeaderLength)
        {
            Buffer.BlockCopy(buffer, start, buffer, 0, end - start);
            (start, end) = (0, end - start);
            var count = await ReceiveAsync(buffer, end).ConfigureAwait(false);
            if (count == 0)
            {
                return null;
            }

            end += count;
        }

        var (operation, seq, length) = Packet.ReadHeader(buffer.AsSpan(start, Packet.HeaderLength));
        start += Packet.HeaderLength;
        var body = length == 0 ? [] : new byte[length];
        var filled = Math.Min(length, end - start);
        Buffer.BlockCopy(buffer, start, body, 0, filled);
        start += filled;
        while (filled < length)
        {
            var count = await ReceiveAsync(body, filled).ConfigureAwait(false);
            if (count == 0)
            {
                return null;
            }

            filled += count;
        }

        return new Packet(operation, body, seq);
    }

    private async ValueTask<int> ReceiveAsync(byte[] into, int offset)
    {
        var count = await transport.ReceiveAsync(new ArraySegment<byte>(into, offset, into.Length - offset)).ConfigureAwait(false);
        received();
        return count;
    }
}
