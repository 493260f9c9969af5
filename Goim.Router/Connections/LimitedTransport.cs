using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Goim.Router.Connections;

/// <summary>Kestrel's sockets, which accept a connection only if <see cref="ConnectionLimit"/> has a place for it.</summary>
// Kestrel's own MaxConcurrentConnections accepts the others too, and closes them at once.
internal sealed class LimitedTransport(IServiceProvider services, ConnectionLimit limit)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly SocketTransportFactory sockets = ActivatorUtilities.CreateInstance<SocketTransportFactory>(services);

    public bool CanBind(EndPoint endpoint) => sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await sockets.BindAsync(endpoint, cancellationToken), limit);

    private sealed class Listener(IConnectionListener sockets, ConnectionLimit limit) : IConnectionListener
    {
        private readonly CancellationTokenSource unbound = new();

        public EndPoint EndPoint => sockets.EndPoint;

        /// <summary>Null after <see cref="UnbindAsync"/>.</summary>
        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            try
            {
                await limit.EnterAsync(unbound.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }

            ConnectionContext? accepted = null;
            try
            {
                accepted = await sockets.AcceptAsync(cancellationToken);
                return accepted is null ? null : new Connection(accepted, limit);
            }
            finally
            {
                if (accepted is null)
                {
                    limit.Leave();
                }
            }
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await unbound.CancelAsync();
            await sockets.UnbindAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await sockets.DisposeAsync();
            unbound.Dispose();
        }
    }

    // Gives its place back after the socket is closed.
    private sealed class Connection(ConnectionContext socket, ConnectionLimit limit) : ConnectionContext
    {
        private int left;

        public override string ConnectionId
        {
            get => socket.ConnectionId;
            set => socket.ConnectionId = value;
        }

        public override IFeatureCollection Features => socket.Features;

        public override IDictionary<object, object?> Items
        {
            get => socket.Items;
            set => socket.Items = value;
        }

        public override IDuplexPipe Transport
        {
            get => socket.Transport;
            set => socket.Transport = value;
        }

        public override CancellationToken ConnectionClosed
        {
            get => socket.ConnectionClosed;
            set => socket.ConnectionClosed = value;
        }

        public override EndPoint? LocalEndPoint
        {
            get => socket.LocalEndPoint;
            set => socket.LocalEndPoint = value;
        }

        public override EndPoint? RemoteEndPoint
        {
            get => socket.RemoteEndPoint;
            set => socket.RemoteEndPoint = value;
        }

        public override void Abort(ConnectionAbortedException abortReason) => socket.Abort(abortReason);

        public override async ValueTask DisposeAsync()
        {
            try
            {
                await socket.DisposeAsync();
                await base.DisposeAsync();
            }
            finally
            {
                if (Interlocked.Exchange(ref left, 1) == 0)
                {
                    limit.Leave();
                }
            }
        }
    }
}
