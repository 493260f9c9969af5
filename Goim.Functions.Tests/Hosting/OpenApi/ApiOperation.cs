using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Goim.Functions.Tests.Hosting.OpenApi;

/// <summary>An operation of the document.</summary>
internal sealed class ApiOperation(ApiDocument document, JsonObject operation)
{
    private readonly ConcurrentDictionary<int, ApiResponse?> responses = new();

    /// <summary>Name of the function; of LocalHost's own endpoints it begins with <c>Local</c>.</summary>
    public string Id => (string)operation["operationId"]!;

    /// <summary>The statuses that it answers.</summary>
    public string Statuses => string.Join(", ", Responses.Select(static pair => pair.Key));

    private JsonObject Responses => operation["responses"]!.AsObject();

    /// <summary>What the document says of a status. Null if the operation does not have it.</summary>
    public ApiResponse? Response(int status) => responses.GetOrAdd(
        status,
        code => Responses[code.ToString(CultureInfo.InvariantCulture)] is { } response
            ? new ApiResponse(document, document.Resolved(response))
            : null);
}
