using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Goim.Client.Calls;

/// <summary>Sends a request, and sends it again where that is safe and may help, until the time of the call is over.</summary>
/// <param name="connect">Makes the <see cref="HttpClient"/> of a call.</param>
/// <param name="options">The options, which are valid.</param>
internal sealed class AppCalls(Func<HttpClient> connect, GoimClientOptions options) : IDisposable
{
    private const int LargeBody = 1024 * 1024;

    private readonly Uri address = WithSlash(options.BaseAddress!);
    private readonly BearerToken? token = options.Credential is { } credential ? new BearerToken(credential, options.TokenScope!) : null;

    /// <summary>Sends a request, within the time of a call.</summary>
    public Task<Reply> SendAsync(Request request, CancellationToken cancellationToken) =>
        SendAsync(request, new CallTime(options), cancellationToken);

    /// <summary>Sends a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="time">The time of the call.</param>
    /// <param name="cancellationToken">The caller has left. What has become of the request is then not known.</param>
    public async Task<Reply> SendAsync(Request request, CallTime time, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        using var activity = Telemetry.Begin(request);
        try
        {
            var reply = await AuthorizeAsync(request, time, cancellationToken).ConfigureAwait(false);
            Telemetry.End(activity, request, Outcome(reply), clock.Elapsed, reply);
            return reply;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Telemetry.End(activity, request, "cancelled", clock.Elapsed, null);
            throw;
        }
    }

    public void Dispose() => token?.Dispose();

    private async Task<Reply> AuthorizeAsync(Request request, CallTime time, CancellationToken cancellationToken)
    {
        if (token is null)
        {
            return await RepeatAsync(request, null, time, cancellationToken).ConfigureAwait(false);
        }

        string bearer;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(time.Left);
        try
        {
            bearer = await token.GetAsync(end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Reply(Verdict.NotDone, FormattableString.Invariant($"Credential has given no token within {options.Timeout}."));
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            // A credential throws what it likes. Nothing was sent.
            return new Reply(Verdict.NotDone, "Credential has given no token.") { Failure = failed };
        }

        return await RepeatAsync(request, bearer, time, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Reply> RepeatAsync(Request request, string? bearer, CallTime time, CancellationToken cancellationToken)
    {
        var backoff = new Backoff();
        Reply? inPart = null;
        for (var attempt = 1; ; attempt++)
        {
            var began = time.Elapsed;
            var reply = await AttemptAsync(request, bearer, time.Left, cancellationToken).ConfigureAwait(false);
            if (reply.Verdict is Verdict.InPart or Verdict.Lost && !request.IsRead)
            {
                time.Doubt(began);
            }

            reply = reply with { Attempts = attempt, IsUncertain = time.IsUncertain, IdempotencyKey = request.IdempotencyKey };

            // The app keeps an answer that is done in part: a second one says the same.
            var mayHelp = reply.Verdict == Verdict.NotDone
                || (request.IsRepeatable && (reply.Verdict == Verdict.Lost || (reply.Verdict == Verdict.InPart && inPart is null)));
            inPart = reply.Verdict == Verdict.InPart ? reply : inPart;
            var wait = backoff.Next(reply.RetryAfter);
            if (!mayHelp || !await time.WaitAsync(wait, cancellationToken).ConfigureAwait(false))
            {
                return reply.Verdict is Verdict.Done or Verdict.InPart ? reply : inPart ?? reply;
            }

            request = MayHoldKey(reply) && request.IsKeyReplaceable ? request with { IdempotencyKey = PushRequest.NewKey() } : request;
        }
    }

    // If its storage does not answer in time, the app sends nothing and answers so, but the storage may have the key all the same. For a
    // minute, repeats with that key would be refused.
    private static bool MayHoldKey(Reply reply) =>
        reply is { Verdict: Verdict.NotDone, IsUncertain: false, Status: HttpStatusCode.ServiceUnavailable };

    private async Task<Reply> AttemptAsync(Request request, string? bearer, TimeSpan left, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var limit = left < options.AttemptTimeout ? left : options.AttemptTimeout;
        end.CancelAfter(limit > TimeSpan.Zero ? limit : TimeSpan.Zero);
        try
        {
            using var message = Message(request, bearer);
            using var response = await connect().SendAsync(message, end.Token).ConfigureAwait(false);
#if NETSTANDARD
            return ReplyReader.Read(response, await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false));
#else
            return ReplyReader.Read(response, await response.Content.ReadAsByteArrayAsync(end.Token).ConfigureAwait(false));
#endif
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Reply(Verdict.Lost, end.IsCancellationRequested
                ? FormattableString.Invariant($"The app has not answered within {limit}.")
                : "The app has not answered within the Timeout of the HttpClient.");
        }
        catch (Exception failed) when (failed is HttpRequestException or SocketException)
        {
            return ConnectFailure.Is(failed)
                ? new Reply(Verdict.NotDone, $"The app at {address} cannot be reached: {failed.Message}") { Failure = failed }
                : new Reply(Verdict.Lost, $"The connection to the app at {address} broke: {failed.Message}") { Failure = failed };
        }
    }

    private HttpRequestMessage Message(Request request, string? bearer)
    {
        var message = new HttpRequestMessage(request.Method, new Uri(address, request.Path));
        if (request.Method == HttpMethod.Post)
        {
            // Its length is known: the Functions host hands a chunked body on as an empty one.
            message.Content = MemoryMarshal.TryGetArray(request.Body, out var bytes)
                ? new ByteArrayContent(bytes.Array!, bytes.Offset, bytes.Count)
                : new ByteArrayContent(request.Body.ToArray());
        }

        // The app refuses a body that is too large before it has all of it, and cuts the connection while it comes.
        message.Headers.ExpectContinue = request.Body.Length > LargeBody ? true : null;
        Add(message, "X-Goim-Errors", "http");
        Add(message, "x-goim-key", options.CallerKey);
        Add(message, "x-functions-key", options.FunctionKey);
        Add(message, "Idempotency-Key", request.IdempotencyKey);
        message.Headers.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        return message;
    }

    private static void Add(HttpRequestMessage message, string name, string? value)
    {
        if (value is not null)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private static string Outcome(Reply reply) =>
        reply.Verdict == Verdict.Done ? "done"
        : (reply.Verdict == Verdict.InPart ? ReplyReader.OutcomeOf(reply.Answer) : null) ?? (reply.IsUncertain ? "unknown" : "none");

    private static Uri WithSlash(Uri address) =>
        address.AbsolutePath[^1] == '/' ? address : new UriBuilder(address) { Path = $"{address.AbsolutePath}/" }.Uri;
}
