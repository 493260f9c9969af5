using System;
using System.Buffers;
using System.Linq;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using Goim.Logic;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Http;

/// <summary>The answers of every route: <c>{"ret":1}</c>, with <c>data</c> where there is any, or <c>{"ret":65535,"error":"…"}</c>.</summary>
internal static class Answers
{
    private const string Json = "application/json; charset=utf-8";
    private const int Failed = 65535;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>{"ret":1}</c></summary>
    public static HttpResponseData Ok(this HttpRequestData request) => request.Write(HttpStatusCode.OK, Json, """{"ret":1}"""u8);

    /// <summary><c>{"ret":1,"data":…}</c></summary>
    /// <param name="request">What is answered.</param>
    /// <param name="data">UTF-8 JSON.</param>
    public static HttpResponseData Ok(this HttpRequestData request, ReadOnlyMemory<byte> data)
    {
        var output = new ArrayBufferWriter<byte>(data.Length + 32);
        output.Write("""{"ret":1,"data":"""u8);
        output.Write(data.Span);
        output.Write("}"u8);
        return request.Write(HttpStatusCode.OK, Json, output.WrittenSpan);
    }

    /// <summary>
    /// <c>{"ret":65535,"error":"…"}</c> with status 200 as goim answers, or with <c>X-Goim-Errors: http</c> the one of the problem.
    /// A wrong method is 405 always.
    /// </summary>
    public static HttpResponseData Refuse(this HttpRequestData request, Problem problem)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(output, Readable);
        json.WriteStartObject();
        json.WriteNumber("ret"u8, Failed);
        json.WriteString("error"u8, problem.Error);
        if (!problem.Data.IsEmpty)
        {
            json.WritePropertyName("data"u8);
            json.WriteRawValue(problem.Data.Span, skipInputValidation: true);
        }

        json.WriteEndObject();
        json.Flush();

        var status = problem.Kind == ProblemKind.WrongMethod || WantsStatus(request) ? (HttpStatusCode)(int)problem.Kind : HttpStatusCode.OK;
        var response = request.Write(status, Json, output.WrittenSpan);
        if (problem.Allow is { } allow)
        {
            response.Headers.TryAddWithoutValidation("Allow", allow);
        }

        return response;
    }

    /// <summary><c>{"ret":1,"data":…}</c>, or the refusal.</summary>
    public static HttpResponseData Answer(this HttpRequestData request, Outcome<ReadOnlyMemory<byte>> outcome) =>
        outcome.Is(out var data, out var problem) ? request.Ok(data) : request.Refuse(problem);

    /// <summary>A bare text.</summary>
    public static HttpResponseData Text(this HttpRequestData request, HttpStatusCode status, string text) =>
        request.Write(status, "text/plain; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(text));

    private static bool WantsStatus(HttpRequestData request) =>
        request.Headers.TryGetValues("X-Goim-Errors", out var values) && string.Equals(values.FirstOrDefault(), "http", StringComparison.OrdinalIgnoreCase);

    private static HttpResponseData Write(this HttpRequestData request, HttpStatusCode status, string contentType, ReadOnlySpan<byte> body)
    {
        var response = request.CreateResponse();
        response.StatusCode = status;
        response.Headers.TryAddWithoutValidation("Content-Type", contentType);
        response.Body.Write(body);
        return response;
    }
}
