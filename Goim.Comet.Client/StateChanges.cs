namespace Goim.Comet.Client;

/// <summary>The state of a connection, and its handlers.</summary>
/// <param name="connection">The sender of the events.</param>
/// <param name="stop">Is called when a handler has thrown.</param>
internal sealed class StateChanges(GoimConnection connection, Action stop)
{
    private int state;

    public event EventHandler<GoimStateChangedEventArgs>? Changed;

    public GoimConnectionState State => (GoimConnectionState)Volatile.Read(ref state);

    /// <summary>What a handler has thrown; null for nothing. No handler is called any more.</summary>
    public Exception? HandlerFailure { get; private set; }

    /// <summary>Changes the state, and waits for the handlers. One may throw anything, which is no failure of the connection.</summary>
    public async Task ChangeAsync(GoimStateChangedEventArgs change)
    {
        Volatile.Write(ref state, (int)change.State);
        if (Changed is { } handlers && HandlerFailure is null)
        {
            var told = Task.Run(() => handlers(connection, change));
            await Task.WhenAny(told).ConfigureAwait(false);
            if (told.Exception is { } failure)
            {
                HandlerFailure = failure.InnerException;
                stop();
            }
        }
    }
}
