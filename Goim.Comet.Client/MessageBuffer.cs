using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Goim.Comet.Client;

/// <summary>The messages that have come and that the program has not taken yet. One message always fits, however long.</summary>
/// <param name="maxMessages">Most messages.</param>
/// <param name="maxBytes">Most bytes, beyond which the last message may go.</param>
internal sealed class MessageBuffer(int maxMessages, int maxBytes)
{
    private readonly Channel<GoimMessage> messages =
        Channel.CreateBounded<GoimMessage>(new BoundedChannelOptions(maxMessages) { SingleReader = true, SingleWriter = true });

    // Has an element when a message has been taken since the writer has looked.
    private readonly Channel<bool> taken =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private long bytes;
    private int isReading;

    /// <summary>False if it is full.</summary>
    public bool TryWrite(GoimMessage message)
    {
        if (Interlocked.Read(ref bytes) >= maxBytes || !messages.Writer.TryWrite(message))
        {
            return false;
        }

        Interlocked.Add(ref bytes, message.Body.Length);
        return true;
    }

    /// <summary>Waits while it is full.</summary>
    public async Task WriteAsync(GoimMessage message, CancellationToken cancellationToken)
    {
        while (!TryWrite(message))
        {
            if (Interlocked.Read(ref bytes) >= maxBytes)
            {
                await taken.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await messages.Writer.WaitToWriteAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>No message will come any more.</summary>
    /// <param name="error">What the reader gets after the last message; null for the end.</param>
    public void Complete(Exception? error) => messages.Writer.TryComplete(error);

    /// <summary>The messages until the end.</summary>
    /// <exception cref="InvalidOperationException">Another reader has not ended.</exception>
    public async IAsyncEnumerable<GoimMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref isReading, 1) != 0)
        {
            throw new InvalidOperationException("The messages are being read already: expected one reader at a time.");
        }

        try
        {
            while (await messages.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (messages.Reader.TryRead(out var message))
                {
                    Take(message);
                    yield return message;
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
        }
        finally
        {
            Volatile.Write(ref isReading, 0);
        }
    }

    private void Take(GoimMessage message)
    {
        Interlocked.Add(ref bytes, -message.Body.Length);
        taken.Writer.TryWrite(true);
    }
}
