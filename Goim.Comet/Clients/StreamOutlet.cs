using Goim.Comet.Delivery;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Goim.Comet.Clients;

/// <summary>Writes to the stream of a connection with TLS, or of one that Kestrel has upgraded. A write never completes at once.</summary>
/// <param name="stream">The stream.</param>
/// <param name="features">The connection's: the socket, and what ends TLS properly.</param>
/// <param name="endReading">Ends the reading side.</param>
/// <param name="abort">Ends the connection at once.</param>
internal sealed class StreamOutlet(Stream stream, IFeatureCollection features, Action endReading, Action abort) : Outlet
{
    public override long Acknowledged => SocketInfo.Acknowledged(features.Get<IConnectionSocketFeature>()?.Socket);

    public override int TrySend(ReadOnlySpan<byte> bytes) => 0;

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await stream.WriteAsync(bytes);
            await stream.FlushAsync();
        }
        catch (Exception broken) when (broken is OperationCanceledException or InvalidOperationException)
        {
            throw new IOException("The connection is broken.", broken);
        }
    }

    public override void EndSending() => _ = EndSendingAsync();

    public override void EndReading() => endReading();

    public override void Abort() => abort();

    private async Task EndSendingAsync()
    {
        try
        {
            await (features.Get<ISslStreamFeature>()?.SslStream.ShutdownAsync() ?? Task.CompletedTask);
        }
        catch (Exception broken) when (broken is IOException or InvalidOperationException)
        {
            // The client has left.
        }
    }
}
