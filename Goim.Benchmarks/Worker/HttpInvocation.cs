using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Goim.Benchmarks.Worker;

/// <summary>Has a request answered by a worker, with the messages that the Functions host would send.</summary>
internal static class HttpInvocation
{
    /// <summary>The identity of a request with a function key.</summary>
    private static readonly RpcClaimsIdentity FunctionKey = new()
    {
        AuthenticationType = new() { Value = "WebJobsAuthLevel" },
        NameClaimType = new() { Value = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name" },
        RoleClaimType = new() { Value = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role" },
        Claims =
        {
            new RpcClaim { Type = "http://schemas.microsoft.com/2017/07/functions/claims/authlevel", Value = "Function" },
            new RpcClaim { Type = "http://schemas.microsoft.com/2017/07/functions/claims/keyid", Value = "default" },
        },
    };

    public static async Task RunAsync(HttpContext http, WorkerConnection worker)
    {
        if (worker.FunctionAt(http.Request.Path.Value!.Trim('/')) is not { } function)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var response = await worker.InvokeAsync(await RequestAsync(http.Request, function));
        await AnswerAsync(http.Response, response);
    }

    private static async Task<InvocationRequest> RequestAsync(HttpRequest request, string function)
    {
        var http = new RpcHttp { Method = request.Method, Url = request.GetEncodedUrl(), Identities = { FunctionKey } };
        foreach (var (name, value) in request.Headers)
        {
            http.NullableHeaders.Add(name.ToLowerInvariant(), new NullableString { Value = value.ToString() });
        }

        foreach (var (name, value) in request.Query)
        {
            http.NullableQuery.Add(name, new NullableString { Value = value.ToString() });
        }

        if (request.ContentLength is > 0 and var length)
        {
            var body = new byte[length];
            await request.Body.ReadExactlyAsync(body);
            http.Body = new TypedData { Bytes = UnsafeByteOperations.UnsafeWrap(body) };
        }

        return new()
        {
            InvocationId = Guid.NewGuid().ToString(),
            FunctionId = function,
            InputData = { new ParameterBinding { Name = "request", Data = new() { Http = http } } },
            TriggerMetadata =
            {
                ["Headers"] = Json(request.Headers.ToDictionary(static header => header.Key, static header => header.Value.ToString())),
                ["Query"] = Json(request.Query.ToDictionary(static field => field.Key, static field => field.Value.ToString())),
            },
            TraceContext = new() { TraceParent = "" },
        };
    }

    private static TypedData Json(Dictionary<string, string> values) => new() { Json = JsonSerializer.Serialize(values) };

    /// <summary>Sends the answer. What is for other outputs than the answer is dropped.</summary>
    private static async Task AnswerAsync(HttpResponse response, InvocationResponse invocation)
    {
        var answer = invocation.ReturnValue?.Http
            ?? invocation.OutputData.FirstOrDefault(static output => output.Data?.Http is not null)?.Data.Http;
        if (answer is null)
        {
            response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        response.StatusCode = int.Parse(answer.StatusCode, CultureInfo.InvariantCulture);
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        response.ContentLength = answer.Body?.Bytes.Length ?? 0;
        if (answer.Body is { } body)
        {
            await response.Body.WriteAsync(body.Bytes.Memory);
        }
    }
}
