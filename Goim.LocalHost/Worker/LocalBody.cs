using Microsoft.AspNetCore.Connections;

namespace Goim.LocalHost.Worker;

/// <summary>The body of a request, as Kestrel receives it. It can be read once, asynchronously.</summary>
internal sealed class LocalBody(HttpContext http) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="IncompleteBodyException">The body arrives too slowly, or the caller has left.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await http.Request.Body.ReadAsync(buffer, cancellationToken);
        }
        catch (BadHttpRequestException slow) when (slow.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            // Kestrel's MinRequestBodyDataRate.
            throw new IncompleteBodyException("body arrives too slowly: expected 240 bytes a second at least.", slow);
        }
        catch (Exception cut) when (IsCut(cut))
        {
            throw new IncompleteBodyException($"body ended early: expected {http.Request.ContentLength} bytes.", cut);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // The connection was closed, was reset, or one of these was noticed by the request's token first.
    private bool IsCut(Exception failure) =>
        failure is BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } or ConnectionResetException
        || (failure is OperationCanceledException && http.RequestAborted.IsCancellationRequested);
}
