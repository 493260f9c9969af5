using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace Goim.Functions.Tests.Faults.Clients;

/// <summary>An attempt of a client's call.</summary>
/// <param name="Path">Path and query.</param>
/// <param name="Body">The body.</param>
/// <param name="Key">The idempotency key. Null for none.</param>
/// <param name="Began">Timestamp of its begin.</param>
/// <param name="Ended">Timestamp of its end.</param>
/// <param name="Status">Status of the answer. Null if there was none.</param>
/// <param name="RetryAfter">How long the answer asks to wait. Zero if it does not.</param>
internal sealed record Attempt(
    string Path, string Body, string? Key, long Began, long Ended, HttpStatusCode? Status, TimeSpan RetryAfter);

/// <summary>Records the attempts of a client's calls.</summary>
internal sealed class AttemptLog(ConcurrentQueue<Attempt> attempts) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var key = request.Headers.TryGetValues("Idempotency-Key", out var values) ? values.Single() : null;
        var began = Stopwatch.GetTimestamp();
        HttpResponseMessage? answer = null;
        try
        {
            return answer = await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            attempts.Enqueue(new Attempt(
                request.RequestUri!.PathAndQuery, body, key, began, Stopwatch.GetTimestamp(), answer?.StatusCode,
                answer?.Headers.RetryAfter?.Delta ?? TimeSpan.Zero));
        }
    }
}
