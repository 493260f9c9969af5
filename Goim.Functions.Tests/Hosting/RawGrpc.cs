using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Sends requests to a gRPC server over HTTP/2, byte for byte.</summary>
internal sealed class RawGrpc(string address) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>A message with its frame.</summary>
    public static byte[] Frame(byte[] message, byte compressed = 0)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = compressed;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    /// <summary>Status and text of the answer; the last answer's, if there are several.</summary>
    /// <param name="method"><c>{service}/{method}</c>.</param>
    /// <param name="body">Frames.</param>
    /// <param name="contentType">The content type; gRPC's unless given.</param>
    /// <param name="headers">Further headers.</param>
    public async Task<(int Status, string Detail)> SendAsync(
        string method, byte[] body, string contentType = "application/grpc", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/" + method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        request.Headers.TE.ParseAdd("trailers");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        var trailers = response.Headers.Contains("grpc-status") ? response.Headers : response.TrailingHeaders;
        return (
            int.Parse(Assert.Single(trailers.GetValues("grpc-status")), System.Globalization.CultureInfo.InvariantCulture),
            trailers.TryGetValues("grpc-message", out var details) ? Uri.UnescapeDataString(details.First()) : "");
    }

    public void Dispose() => http.Dispose();
}
