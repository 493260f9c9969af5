using System;
using System.Buffers;
using System.IO;
using System.Net;
using Goim.Logic;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Http;

/// <summary>Writes the answers of every route: <c>{"ret":1}</c>, with <c>data</c> if there is any, or <c>{"ret":65535,"error":"…"}</c>.</summary>
internal static class Answers
{
    private const string Json = "application/json; charset=utf-8";
    private const string JsonLines = "application/x-ndjson; charset=utf-8";

    private static readonly byte[] Bare = AnswerBody.Ok.ToArray();

    /// <summary>Seconds after which a caller may repeat a request of which nothing was done.</summary>
    private const string RetryAfter = "1";

    /// <summary><c>{"ret":1}</c>, or <c>{"ret":1,"data":…}</c> if there is data.</summary>
    /// <param name="request">The request.</param>
    /// <param name="data">UTF-8 JSON, or empty.</param>
    public static HttpResponseData Ok(this HttpRequestData request, ReadOnlyMemory<byte> data = default)
    {
        if (data.IsEmpty)
        {
            return request.Whole(Bare);
        }

        var output = new ArrayBufferWriter<byte>(data.Length + 32);
        AnswerBody.WriteOk(output, data);
        return request.Write(HttpStatusCode.OK, Json, output.WrittenSpan);
    }

    /// <summary>An answer whose body exists already. It is not copied.</summary>
    public static HttpResponseData Whole(this HttpRequestData request, byte[] body)
    {
        var response = request.CreateResponse();
        response.Headers.TryAddWithoutValidation("Content-Type", Json);
        response.Body = new MemoryStream(body, 0, body.Length, writable: false, publiclyVisible: true);
        return response;
    }

    /// <summary>
    /// <c>{"ret":65535,"error":"…"}</c>. The status is 200, as goim's, or the problem's own with <c>X-Goim-Errors: http</c>. A wrong method is
    /// always 405.
    /// </summary>
    public static HttpResponseData Refuse(this HttpRequestData request, Problem problem)
    {
        var output = new ArrayBufferWriter<byte>(256);
        AnswerBody.WriteProblem(output, problem);
        var status = problem.Kind == ProblemKind.WrongMethod || WantsStatus(request) ? (HttpStatusCode)(int)problem.Kind : HttpStatusCode.OK;
        var response = request.Write(status, Json, output.WrittenSpan);
        if (problem.Allow is { } allow)
        {
            response.Headers.TryAddWithoutValidation("Allow", allow);
        }

        if ((status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests) && !problem.IsDoneInPart)
        {
            response.Headers.TryAddWithoutValidation("Retry-After", RetryAfter);
        }

        return response;
    }

    /// <summary><c>{"ret":1,"data":…}</c>, or the refusal.</summary>
    public static HttpResponseData Answer(this HttpRequestData request, Outcome<ReadOnlyMemory<byte>> outcome) =>
        outcome.Is(out var data, out var problem) ? request.Ok(data) : request.Refuse(problem);

    /// <summary>NDJSON: an answer in each line.</summary>
    public static HttpResponseData Lines(this HttpRequestData request, ReadOnlyMemory<byte> lines) =>
        request.Write(HttpStatusCode.OK, JsonLines, lines.Span);

    /// <summary>Plain text.</summary>
    public static HttpResponseData Text(this HttpRequestData request, HttpStatusCode status, string text) =>
        request.Write(status, "text/plain; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(text));

    private static bool WantsStatus(HttpRequestData request) =>
        request.ReadHeader("X-Goim-Errors") is { } wanted
        && wanted.Split(',', 2)[0].Equals("http", StringComparison.OrdinalIgnoreCase);

    private static HttpResponseData Write(this HttpRequestData request, HttpStatusCode status, string contentType, ReadOnlySpan<byte> body)
    {
        var response = request.CreateResponse();
        response.StatusCode = status;
        response.Headers.TryAddWithoutValidation("Content-Type", contentType);
        response.Body.Write(body);
        return response;
    }
}
