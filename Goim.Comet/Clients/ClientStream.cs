using Goim.Comet.Delivery;
using Goim.Comet.Wire;

namespace Goim.Comet.Clients;

/// <summary>What .NET's WebSocket reads from and writes to. It writes whole control frames only.</summary>
/// <param name="client">Reads from the client.</param>
/// <param name="connection">Takes the frames.</param>
/// <param name="endOfReading">Ends a read.</param>
internal sealed class ClientStream(Stream client, Connection connection, CancellationToken endOfReading) : Stream
{
    private FrameHeaders headers;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await client.ReadAsync(buffer, endOfReading);

        // Also a pong counts.
        connection.LastReceived = Environment.TickCount64;
        if (read > 0)
        {
            connection.Received(read);
        }

        if (!headers.Follow(buffer.Span[..read]))
        {
            connection.Close(Farewell.Invalid("a frame has no mask: expected one"));

            // What follows is thrown away, so that the end of the connection does not overtake op 6.
            while (await client.ReadAsync(buffer, endOfReading) > 0)
            {
            }

            return 0;
        }

        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        connection.Outbox.Reply(new EncodedPacket(buffer.Span));
        return connection.Outbox.RepliesSentAsync();
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
