using System;
using System.Buffers;
using System.Globalization;
using System.IO;
using System.Net;
using Goim.Logic;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Http;

/// <summary>Writes answers: <c>{"ret":1}</c> or <c>{"ret":65535,"error":"…"}</c>, both with <c>data</c> if there is any.</summary>
internal static class Answers
{
    private const string Json = "application/json; charset=utf-8";
    private const string JsonLines = "application/x-ndjson; charset=utf-8";

    private static readonly byte[] OkBody = AnswerBody.Ok.ToArray();

    /// <summary><c>{"ret":1}</c>, or <c>{"ret":1,"data":…}</c> if there is data.</summary>
    /// <param name="request">The request.</param>
    /// <param name="data">UTF-8 JSON, or empty.</param>
    public static HttpResponseData Ok(this HttpRequestData request, ReadOnlyMemory<byte> data = default)
    {
        if (data.IsEmpty)
        {
            return request.OkWithBody(OkBody);
        }

        var output = new ArrayBufferWriter<byte>(data.Length + 32);
        AnswerBody.WriteOk(output, data);
        return request.Write(HttpStatusCode.OK, Json, output.WrittenSpan);
    }

    /// <summary><c>{"ret":1,"data":…,"published":false}</c>, without data if there is none: the event of the call is not sent.</summary>
    /// <param name="request">The request.</param>
    /// <param name="data">UTF-8 JSON, or empty.</param>
    public static HttpResponseData OkUnpublished(this HttpRequestData request, ReadOnlyMemory<byte> data)
    {
        var output = new ArrayBufferWriter<byte>(data.Length + 48);
        AnswerBody.WriteUnpublished(output, data);
        return request.Write(HttpStatusCode.OK, Json, output.WrittenSpan);
    }

    /// <summary>An answer whose body is written already. The array is not copied.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body"><c>{"ret":1}</c> or <c>{"ret":1,"data":…}</c>, UTF-8 JSON.</param>
    public static HttpResponseData OkWithBody(this HttpRequestData request, byte[] body)
    {
        var response = request.NewResponse();
        response.Headers.TryAddWithoutValidation("Content-Type", Json);
        response.Body = new MemoryStream(body, 0, body.Length, writable: false, publiclyVisible: true);
        return response;
    }

    /// <summary>
    /// <c>{"ret":65535,"error":"…"}</c>. The status is 200, as in goim, or the problem's status with <c>X-Goim-Errors: http</c>. Some
    /// problems always have their own status: a wrong method, and what the caller may not do.
    /// </summary>
    public static HttpResponseData Refuse(this HttpRequestData request, Problem problem)
    {
        request.AuditRefusal(problem);
        var output = new ArrayBufferWriter<byte>(256);
        AnswerBody.WriteProblem(output, problem);
        var status = problem.HasOwnStatus || WantsStatus(request)
            ? (HttpStatusCode)(int)problem.Kind
            : HttpStatusCode.OK;
        var response = request.Write(status, Json, output.WrittenSpan, problem);
        if (problem.Allow is { } allow)
        {
            response.Headers.TryAddWithoutValidation("Allow", allow);
        }

        if (problem.Challenge is { } challenge)
        {
            response.Headers.TryAddWithoutValidation("WWW-Authenticate", challenge);
        }

        if (problem.RetryAfter is { } delay && !problem.IsDoneInPart && status != HttpStatusCode.OK)
        {
            var seconds = Math.Max(1, Math.Ceiling(delay.TotalSeconds));
            response.Headers.TryAddWithoutValidation("Retry-After", seconds.ToString(CultureInfo.InvariantCulture));
        }

        return response;
    }

    /// <summary><see cref="Ok"/> for data, <see cref="Refuse"/> for a problem.</summary>
    public static HttpResponseData Answer(this HttpRequestData request, Outcome<ReadOnlyMemory<byte>> outcome) =>
        outcome.Is(out var data, out var problem) ? request.Ok(data) : request.Refuse(problem);

    /// <param name="request">The request.</param>
    /// <param name="lines">NDJSON: an answer in each line.</param>
    public static HttpResponseData AnswerLines(this HttpRequestData request, ReadOnlyMemory<byte> lines) =>
        request.Write(HttpStatusCode.OK, JsonLines, lines.Span);

    public static HttpResponseData Text(this HttpRequestData request, HttpStatusCode status, string text) =>
        request.Write(status, "text/plain; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(text));

    private static bool WantsStatus(HttpRequestData request) =>
        request.ReadHeader("X-Goim-Errors") is { } wanted
        && wanted.Split(',', 2)[0].Equals("http", StringComparison.OrdinalIgnoreCase);

    // Every answer is made here, so that none lacks the headers of the caller's limit.
    private static HttpResponseData NewResponse(this HttpRequestData request, Problem? problem = null)
    {
        var response = request.CreateResponse();
        if (request.LimitNow(problem) is { } limit)
        {
            foreach (var (name, value) in limit.Headers)
            {
                response.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return response;
    }

    private static HttpResponseData Write(
        this HttpRequestData request, HttpStatusCode status, string contentType, ReadOnlySpan<byte> body, Problem? problem = null)
    {
        var response = request.NewResponse(problem);
        response.StatusCode = status;
        response.Headers.TryAddWithoutValidation("Content-Type", contentType);
        response.Body.Write(body);
        return response;
    }
}
