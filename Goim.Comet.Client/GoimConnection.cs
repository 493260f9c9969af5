namespace Goim.Comet.Client;

/// <summary>
/// Stays connected to a comet, and gives the messages that are pushed. It connects again whenever the connection breaks, unless the comet
/// says that this makes no sense.
/// </summary>
public sealed class GoimConnection : IAsyncDisposable
{
    private readonly GoimConnectionOptions options;
    private readonly MessageBuffer messages;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource<bool> accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly object starting = new();
    private readonly StateChanges states;
    private Task? running;
    private CometConnection? current;
    private bool isDisposed;

    public GoimConnection(GoimConnectionOptions options)
    {
        this.options = options ?? throw new ArgumentNullException(nameof(options));
        messages = new MessageBuffer(options.MaxBufferedMessages, options.MaxBufferedBytes);
        states = new StateChanges(this, stop.Cancel);
    }

    /// <summary>
    /// The state has changed. Handlers are called one after the other, on a thread of the pool, and the connection waits for them. One that
    /// throws ends the connection, and <see cref="ReadAllAsync"/> throws its exception.
    /// </summary>
    public event EventHandler<GoimStateChangedEventArgs>? StateChanged
    {
        add => states.Changed += value;
        remove => states.Changed -= value;
    }

    /// <summary>What the connection does now.</summary>
    public GoimConnectionState State => states.State;

    /// <summary>Connects with one token, which does not expire. As <see cref="ConnectAsync(CancellationToken)"/>.</summary>
    /// <param name="server">See <see cref="GoimConnectionOptions.Server"/>.</param>
    /// <param name="token">1 to 8,192 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Ends the attempts.</param>
    public static Task<GoimConnection> ConnectAsync(Uri server, string token, CancellationToken cancellationToken = default) =>
        ConnectAsync(new GoimConnectionOptions(server, token), cancellationToken);

    /// <summary>Connects with these options. As <see cref="ConnectAsync(CancellationToken)"/>.</summary>
    public static async Task<GoimConnection> ConnectAsync(GoimConnectionOptions options, CancellationToken cancellationToken = default)
    {
        var connection = new GoimConnection(options);
        await connection.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return connection;
    }

    /// <summary>Connects, and returns when the comet has accepted the token. Tries until then, also where there is no comet.</summary>
    /// <param name="cancellationToken">Ends the attempts, and with them this connection.</param>
    /// <exception cref="GoimDisconnectedException">It is refused for good, or the server is no comet or not trusted.</exception>
    /// <exception cref="InvalidOperationException">It was called before. A connection that has ended is not used again.</exception>
    /// <exception cref="ObjectDisposedException">The connection was closed before or meanwhile.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (starting)
        {
            if (running is not null)
            {
                throw isDisposed
                    ? new ObjectDisposedException(nameof(GoimConnection))
                    : new InvalidOperationException("ConnectAsync was called before: expected a new GoimConnection for another connect.");
            }

            // The token does not end it once it is connected.
            running = Task.Run(RunAsync, CancellationToken.None);
        }

        var isCancelled = false;
        using (cancellationToken.Register(() =>
        {
            isCancelled = true;
            stop.Cancel();
        }))
        {
            await accepted.Task.EndAsync().ConfigureAwait(false);
        }

        // The callback has ended or will not be called. It may have ended a connection that was just accepted.
        if (isCancelled && accepted.Task.Exception?.InnerException is null or ObjectDisposedException)
        {
            await running.ConfigureAwait(false);
            throw new OperationCanceledException(cancellationToken);
        }

        await accepted.Task.ConfigureAwait(false);
    }

    /// <summary>The messages in their order, for one reader at a time. They end after <see cref="DisposeAsync"/>.</summary>
    /// <param name="cancellationToken">Ends the reading. The connection stays, and another reader may go on.</param>
    /// <exception cref="GoimDisconnectedException">It is refused for good, or the server is no comet or not trusted.</exception>
    /// <exception cref="InvalidOperationException">Another reader has not ended.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public IAsyncEnumerable<GoimMessage> ReadAllAsync(CancellationToken cancellationToken = default) =>
        messages.ReadAllAsync(cancellationToken);

    /// <summary>Changes the room, and returns the room then. A new connection is in the room of its token again.</summary>
    /// <remarks>A handler of <see cref="StateChanged"/> must not block until it is done, since nothing is received meanwhile.</remarks>
    /// <param name="roomId">One of the rooms that the token names for this; -1 leaves the room.</param>
    /// <param name="cancellationToken">Ends the wait. The room may be changed nevertheless.</param>
    /// <exception cref="GoimRoomException">It is not changed, there is no connection, or it ended before the comet answered.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<int> ChangeRoomAsync(int roomId, CancellationToken cancellationToken = default) =>
        Volatile.Read(ref current)?.ChangeRoomAsync(roomId, cancellationToken) ?? Task.FromException<int>(RoomChanges.NotConnected());

    /// <summary>
    /// Closes the connection. Readers get the messages that have come, then the end. A handler of <see cref="StateChanged"/> must not block
    /// until it is done, since it waits for handlers.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        stop.Cancel();
        lock (starting)
        {
            isDisposed = true;
            running ??= Task.Run(RunAsync);
        }

        await running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        var run = StayConnectedAsync();
        await run.EndAsync().ConfigureAwait(false);
        if (run.Exception?.InnerException is { } failure && State != GoimConnectionState.Disconnected)
        {
            var end = ConnectionEnd.Broken(options.Server, failure);
            await states.ChangeAsync(new(GoimConnectionState.Disconnected, end)).ConfigureAwait(false);
        }

        var error = states.HandlerFailure ?? run.Exception?.InnerException;
        accepted.TrySetException(error ?? new ObjectDisposedException(nameof(GoimConnection)));
        await accepted.Task.EndAsync().ConfigureAwait(false);
        messages.Complete(error);
    }

    private async Task StayConnectedAsync()
    {
        var (tokens, backoff) = (new TokenSource(options), new Backoff());
        while (!stop.IsCancellationRequested)
        {
            await states.ChangeAsync(new(GoimConnectionState.Connecting)).ConfigureAwait(false);
            using var connection = new CometConnection(options, tokens, messages, AcceptedAsync);
            Volatile.Write(ref current, connection);
            if (await EndAsync(connection).ConfigureAwait(false) is not { } end)
            {
                break;
            }

            if (!end.Reconnect)
            {
                await states.ChangeAsync(new(GoimConnectionState.Disconnected, end)).ConfigureAwait(false);
                throw new GoimDisconnectedException(end.Reason, end.Error);
            }

            // Not at once: a comet that accepts the client and then disconnects it must not be asked again every second.
            if (connection.Age >= options.HeartbeatInterval)
            {
                backoff.Reset();
            }

            var wait = backoff.Next();
            var delay = Task.Delay(wait, options.TimeProvider, stop.Token);
            await states.ChangeAsync(new(GoimConnectionState.Reconnecting, end, wait)).ConfigureAwait(false);
            await Task.WhenAny(delay).ConfigureAwait(false);
        }

        await states.ChangeAsync(new(GoimConnectionState.Disconnected)).ConfigureAwait(false);
    }

    // Null if it was stopped.
    private async Task<ConnectionEnd?> EndAsync(CometConnection connection)
    {
        try
        {
            return await connection.RunAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task AcceptedAsync()
    {
        await states.ChangeAsync(new(GoimConnectionState.Connected)).ConfigureAwait(false);
        if (!stop.IsCancellationRequested)
        {
            accepted.TrySetResult(true);
        }
    }
}
