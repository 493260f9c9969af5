using System.Net.Security;
using Goim.Comet.Delivery;

namespace Goim.Comet.Clients;

/// <summary>Writes to the stream of a connection with TLS. A write never completes at once.</summary>
/// <param name="stream">The stream.</param>
/// <param name="tls">Ends TLS properly; null if it is not known.</param>
/// <param name="abort">Ends the connection at once.</param>
internal sealed class StreamOutlet(Stream stream, SslStream? tls, Action abort) : Outlet
{
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

    public override void Abort() => abort();

    private async Task EndSendingAsync()
    {
        try
        {
            await (tls?.ShutdownAsync() ?? Task.CompletedTask);
        }
        catch (Exception broken) when (broken is IOException or InvalidOperationException)
        {
            // The client has left.
        }
    }
}
