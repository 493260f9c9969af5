using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Goim.Comet.Counters;
using Goim.Comet.Settings;
using Microsoft.Extensions.Options;

namespace Goim.Comet.Registration;

/// <summary>Calls the facade, the app's HTTP routes for comets. A call that fails is logged, and never throws.</summary>
internal sealed class FacadeClient : IDisposable
{
    /// <summary>Most bytes of an answer. The longest one, to 1,000 connects of clients with 1,000 rooms each, has some 11 MB.</summary>
    private const int MaxAnswerBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    /// <summary>The longest <c>Retry-After</c> that is waited for: a lease is to be renewed meanwhile.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(10);

    private readonly IOptions<CometOptions> options;
    private readonly CallerToken token;
    private readonly FacadeLog log;
    private readonly CometMetrics metrics;
    private readonly HttpClient http;

    public FacadeClient(IOptions<CometOptions> options, CallerToken token, FacadeLog log, CometMetrics metrics)
    {
        this.options = options;
        this.token = token;
        this.log = log;
        this.metrics = metrics;
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,

            // The address may get other machines behind it.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
        };
        http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswerBytes };
    }

    /// <summary>Posts a body, and reads the answer.</summary>
    /// <param name="route">The route, with a leading slash.</param>
    /// <param name="body">UTF-8 JSON; empty for none.</param>
    /// <param name="type">The type of the answer.</param>
    /// <param name="timeout">How long the answer may take.</param>
    /// <param name="cancellationToken">The comet stops. The outcome is not known then.</param>
    public async Task<FacadeReply<T>> PostAsync<T>(
        string route, ReadOnlyMemory<byte> body, JsonTypeInfo<FacadeAnswer<T>> type, TimeSpan timeout, CancellationToken cancellationToken)
        where T : class
    {
        var reply = await SendAsync(route, body, type, timeout, cancellationToken);

        // A call that the comet gives up because it stops has neither succeeded nor failed.
        if (reply.IsDone || !cancellationToken.IsCancellationRequested)
        {
            metrics.FacadeCalled(route, reply.IsDone);
        }

        return reply;
    }

    public void Dispose() => http.Dispose();

    private async Task<FacadeReply<T>> SendAsync<T>(
        string route, ReadOnlyMemory<byte> body, JsonTypeInfo<FacadeAnswer<T>> type, TimeSpan timeout, CancellationToken cancellationToken)
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            using var request = NewRequest(route, body);
            if (token.IsNeeded)
            {
                if (await token.GetAsync(limit.Token) is not { } bearer)
                {
                    return new(CallOutcome.NotDone, null);
                }

                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
            }

            using var response = await http.SendAsync(request, limit.Token);
            return Read(route, response, await response.Content.ReadAsByteArrayAsync(limit.Token), type);
        }
        catch (OperationCanceledException)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                log.NoAnswer(route, limit.IsCancellationRequested ? $"no answer within {timeout}" : "no connection in time");
            }

            return new(limit.IsCancellationRequested ? CallOutcome.Unknown : CallOutcome.NotDone, null);
        }
        catch (HttpRequestException broken)
        {
            log.NoAnswer(route, broken.HttpRequestError.ToString());
            var isNotSent = broken.HttpRequestError
                is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;
            return new(isNotSent ? CallOutcome.NotDone : CallOutcome.Unknown, null);
        }
        catch (SocketException closed)
        {
            // HttpClient throws it as it is if the connection is closed while it opens.
            log.NoAnswer(route, closed.SocketErrorCode.ToString());
            return new(CallOutcome.Unknown, null);
        }
    }

    private HttpRequestMessage NewRequest(string route, ReadOnlyMemory<byte> body)
    {
        // Always with Content-Length: the Functions host passes a chunked body on as an empty one.
        var request = new HttpRequestMessage(HttpMethod.Post, options.Value.Api!.AbsoluteUri.TrimEnd('/') + route)
        {
            Content = new ReadOnlyMemoryContent(body) { Headers = { ContentLength = body.Length } },
        };
        request.Headers.Add("X-Goim-Errors", "http");
        if (options.Value.ApiKey is { } key)
        {
            request.Headers.TryAddWithoutValidation("x-functions-key", key);
        }

        if (options.Value.CallerKey is { } callerKey)
        {
            request.Headers.TryAddWithoutValidation("x-goim-key", callerKey);
        }

        return request;
    }

    private FacadeReply<T> Read<T>(string route, HttpResponseMessage response, byte[] body, JsonTypeInfo<FacadeAnswer<T>> type)
        where T : class
    {
        var status = response.StatusCode;
        switch (AnswerIn(body, type))
        {
            case { Ret: 1 } done:
                return new(CallOutcome.Done, done.Data);

            // Refused, or more calls than the facade takes at once or from one caller: with nothing done, there is no data.
            case { Ret: not 0 } refused when status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                log.RefusedKey(route, (int)status, refused.Error);
                return new(CallOutcome.NotDone, null);
            case { Ret: not 0 } failed:
                log.Failed(route, failed.Error);
                return status == HttpStatusCode.TooManyRequests && failed.Data is null
                    ? new(CallOutcome.NotDone, null, RetryAfter(response))
                    : new(CallOutcome.Failed, failed.Data);
        }

        // The answer of the Functions host, or of something between.
        switch (status)
        {
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                log.RefusedKey(route, (int)status, null);
                return new(CallOutcome.NotDone, null);
            case HttpStatusCode.TooManyRequests:
                log.NoAnswer(route, "status 429");
                return new(CallOutcome.NotDone, null, RetryAfter(response));
            case >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not HttpStatusCode.RequestTimeout:
                log.NoRoute(route, (int)status);
                return new(CallOutcome.NotDone, null);
            default:
                log.NoAnswer(route, $"status {(int)status} without an answer of the facade");
                return new(CallOutcome.NotOurs, null);
        }
    }

    private static TimeSpan RetryAfter(HttpResponseMessage response)
    {
        var delay = response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero;
        return delay < LongestRetryAfter ? delay : LongestRetryAfter;
    }

    private static FacadeAnswer<T>? AnswerIn<T>(byte[] body, JsonTypeInfo<FacadeAnswer<T>> type)
        where T : class
    {
        try
        {
            return body.Length == 0 ? null : JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
