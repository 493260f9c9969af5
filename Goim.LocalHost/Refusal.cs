using System.Text.Encodings.Web;
using System.Text.Json;

namespace Goim.LocalHost;

/// <summary>An answer of LocalHost itself, in place of a function's: <c>{"ret":65535,"error":"…"}</c>.</summary>
internal static class Refusal
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task SendAsync(HttpContext http, int status, string sentence)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { ret = 65535, error = sentence }, Options);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }
}
