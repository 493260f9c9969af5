namespace Goim.Functions.Tests.Hosting.OpenApi;

/// <summary>Checks each answer that a test's HTTP client gets from a host.</summary>
internal sealed class ApiCheckHandler(ApiCheck check) : DelegatingHandler(new SocketsHttpHandler())
{
    /// <summary>A larger body is not read here, and not checked.</summary>
    private const int MostBytes = 1024 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        try
        {
            check.Check(await SeenAsync(request, answer, cancellationToken));
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private async Task<SeenAnswer> SeenAsync(HttpRequestMessage request, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        byte[]? body = null;
        if (answer.Content.Headers.ContentLength is null or <= MostBytes && !(answer.IsSuccessStatusCode && check.IsStream(path)))
        {
            await answer.Content.LoadIntoBufferAsync(cancellationToken);
            body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        }

        return new SeenAnswer(request.Method.Method, path, (int)answer.StatusCode)
        {
            Sent = Lookup(request.Headers.NonValidated),
            Headers = Lookup(answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)),
            Body = body,
        };
    }

    private static ILookup<string, string> Lookup(IEnumerable<KeyValuePair<string, System.Net.Http.Headers.HeaderStringValues>> headers) =>
        headers.SelectMany(static header => header.Value.Select(value => (header.Key, Value: value)))
            .ToLookup(static header => header.Key, static header => header.Value, StringComparer.OrdinalIgnoreCase);
}
