using System.Collections.Concurrent;
using System.Text.Json;
using Xunit.Sdk;

namespace Goim.Functions.Tests.Hosting.OpenApi;

/// <summary>
/// Checks the answers of a host against the document. A deviation fails the request, and also the end of the host: a test that waits for
/// something may have caught the exception of the request.
/// </summary>
/// <param name="document">The document.</param>
/// <param name="host">Authority of the host.</param>
internal sealed class ApiCheck(ApiDocument document, string host)
{
    private static readonly ConcurrentDictionary<string, ApiCheck> Hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentQueue<string> deviations = new();

    /// <summary>Checks the answers of a host from now on, also those that <see cref="RawHttp"/> sees.</summary>
    public static ApiCheck Of(Uri host) => Hosts[host.Authority] = new ApiCheck(ApiDocument.Shared, host.Authority);

    /// <summary>The check of a host's answers. Null for a server that is no host.</summary>
    public static ApiCheck? Find(Uri host) => Hosts.GetValueOrDefault(host.Authority);

    /// <summary>Ends the check of the host. Throws if there was a deviation.</summary>
    public void End()
    {
        Hosts.TryRemove(KeyValuePair.Create(host, this));
        if (!deviations.IsEmpty)
        {
            throw new XunitException(string.Join("\n", deviations.Distinct()));
        }
    }

    /// <summary>Whether the answers of a path are streams, of which nobody waits for the end.</summary>
    public bool IsStream(string path) => document.Find("GET", path, out _) is { Id: "LocalRecords" };

    /// <summary>Throws if the answer is not as the document says.</summary>
    public void Check(SeenAnswer answer)
    {
        if (Deviation(answer) is { } deviation)
        {
            var text = $"docs/openapi.yaml: {deviation}\n  {answer}";
            deviations.Enqueue(text);
            throw new XunitException(text);
        }
    }

    /// <summary>What is not as the document says. Null for nothing, or if the document does not have the path.</summary>
    public string? Deviation(SeenAnswer answer)
    {
        var operation = document.Find(answer.Method, answer.Path, out var hasMethod);
        if (operation is null || IsNoHttp(answer) || (answer.Method == "OPTIONS" && !hasMethod))
        {
            return null;
        }

        if (!hasMethod && answer.Status is 200 || hasMethod && answer.Status is 405)
        {
            return $"{operation.Id}: the method {answer.Method} is {(hasMethod ? "" : "not ")}in the document";
        }

        if (operation.Response(answer.Status) is not { } response)
        {
            // A method that the trigger does not have, or that ASP.NET Core refuses.
            return !hasMethod && answer.Status is 404 or 405 && answer.Body is { Length: 0 }
                ? null
                : $"{operation.Id}: the status is {answer.Status}: expected {operation.Statuses}";
        }

        var isHostsOwn = response.MayBeEmpty && answer is { Type: null, Body.Length: 0 };
        var body = isHostsOwn ? null : response.BodyDeviation(answer) ?? StatusDeviation(operation, answer);
        var problems = response.HeaderDeviations(answer, isHostsOwn).Append(body).Where(static problem => problem is not null).ToList();
        return problems.Count == 0 ? null : $"{operation.Id} {answer.Status}: {string.Join("; ", problems)}";
    }

    // What the server refuses before an operation.
    private static bool IsNoHttp(SeenAnswer answer) => answer is { IsMalformed: true, Status: 400, Type: null, Body.Length: 0 };

    // goim's way is 200 with ret 65535. With X-Goim-Errors: http, and for some problems always, it is a status of its own.
    private static string? StatusDeviation(ApiOperation operation, SeenAnswer answer)
    {
        if (operation.Id.StartsWith("Local", StringComparison.Ordinal)
            || answer is not { Type: "application/json", Body.Length: > 0 and < 4096 })
        {
            return null;
        }

        var isError = JsonElement.Parse(answer.Body) is { ValueKind: JsonValueKind.Object } said
            && said.TryGetProperty("ret", out var ret) && ret is { ValueKind: JsonValueKind.Number } && ret.GetInt32() == 65535;
        if (!isError)
        {
            return null;
        }

        if (answer is { WantsStatus: true, Status: 200 })
        {
            return "the status is 200 with ret 65535, and the request has X-Goim-Errors: http";
        }

        var hasOwnStatus = answer.Status switch
        {
            200 or 401 or 403 or 405 or 408 or 421 => true,
            429 => answer.Headers.Contains("RateLimit-Limit"),
            503 => answer.Sent.Contains("Authorization"),
            _ => false,
        };
        return answer.WantsStatus || hasOwnStatus ? null : $"the status is {answer.Status}, and the request has no X-Goim-Errors: http";
    }
}
