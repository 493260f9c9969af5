using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Goim.Functions.Tests.Hosting;
using Microsoft.OpenApi;

namespace Goim.Functions.Tests.Integration.OpenApi;

/// <summary>An example of an answer, with the examples of its name among the parameters and the bodies.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Name">The name that they share.</param>
/// <param name="Status">Status of the answer.</param>
/// <param name="Type">Media type of the answer.</param>
/// <param name="Value">Value of the example: text, or JSON.</param>
internal sealed record Example(DescribedOperation Operation, string Name, int Status, string Type, JsonNode? Value)
{
    private const string Json = "application/json", JsonLines = "application/x-ndjson";

    // Members whose value is another one each time, or depends on the machine.
    private static readonly string[] Varying =
        ["partition", "offset", "epochs", "calls", "skewMs", "process", "kafka", "router", "comet", "instance"];

    /// <summary>The answer, without what varies.</summary>
    public string Expected => Settled(
        Value is JsonValue text && text.TryGetValue<string>(out var value) ? value : Value!.ToJsonString(), Type);

    /// <summary>Whether the answer says that the request is refused.</summary>
    public bool IsRefusal => Type == Json && Value is JsonObject members && members["ret"]?.ToString() == "65535";

    /// <summary>The examples of an operation, in order.</summary>
    public static IReadOnlyList<Example> Of(DescribedOperation operation) =>
    [
        .. from response in operation.Description.Responses!
           where response.Value is OpenApiResponse
           from content in response.Value.Content!
           from example in content.Value.Examples ?? new Dictionary<string, IOpenApiExample>()
           select new Example(operation, example.Key, int.Parse(response.Key), content.Key, example.Value.Value.Plain()),
    ];

    /// <summary>Names of an operation's examples of requests that have no answer.</summary>
    public static IEnumerable<string> Unanswered(DescribedOperation operation)
    {
        var ofBodies = operation.Description.RequestBody?.Content!.Values.SelectMany(static each => each.Examples?.Keys ?? []) ?? [];
        var ofParameters = operation.Parameters.OfType<OpenApiParameter>().SelectMany(static each => each.Examples?.Keys ?? []);
        return ofBodies.Concat(ofParameters).Except(Of(operation).Select(static each => each.Name));
    }

    /// <summary>Sends the request.</summary>
    /// <param name="http">The client.</param>
    /// <param name="asksForStatus">Whether to send <c>X-Goim-Errors: http</c>.</param>
    public async Task<(int Status, string Type, string Body)> SendAsync(HttpClient http, bool asksForStatus)
    {
        using var request = new HttpRequestMessage(Operation.Method, Operation.Path + Query()) { Content = Body() };
        foreach (var header in Operation.Parameters.Where(static each => each.In == ParameterLocation.Header))
        {
            if (ValueOf(header) is { } value)
            {
                request.Headers.Add(header.Name!, value);
            }
        }

        if (asksForStatus)
        {
            request.Headers.Add("X-Goim-Errors", "http");
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        // The records do not end.
        var isEndless = Operation.Id == "LocalRecords" && type == JsonLines;
        var body = isEndless ? await reader.ReadLineAsync() + "\n" : await reader.ReadToEndAsync();
        return ((int)response.StatusCode, type, Settled(body, type));
    }

    private static string Settled(string text, string type) => type switch
    {
        Json => Settled(JsonNode.Parse(text), varies: false)!.ToJsonString(),
        JsonLines => string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Settled(line, Json) + "\n")),
        _ => text,
    };

    private static JsonNode? Settled(JsonNode? node, bool varies) => node switch
    {
        JsonObject members => new JsonObject(members.Select(
            each => KeyValuePair.Create(each.Key, Settled(each.Value, varies || Varying.Contains(each.Key))))),
        JsonArray entries => new JsonArray([.. entries.Select(each => Settled(each, varies))]),
        _ => varies ? "…" : node?.DeepClone(),
    };

    private string Query()
    {
        var pairs = Operation.Parameters.Where(static each => each.In == ParameterLocation.Query)
            .Select(each => (each.Name, Value: ValueOf(each))).Where(static each => each.Value is not null)
            .Select(static each => $"{each.Name}={Uri.EscapeDataString(each.Value!)}").ToArray();
        return pairs.Length == 0 ? "" : "?" + string.Join('&', pairs);
    }

    private string? ValueOf(IOpenApiParameter parameter) => parameter.Examples.At(Name)?.Value?.ToString();

    // Without an example of the name, the first one.
    private ByteArrayContent? Body()
    {
        if (Operation.Description.RequestBody?.Content!.Single() is not { } content)
        {
            return null;
        }

        var examples = content.Value.Examples!;
        var value = (examples.At(Name) ?? examples.Values.First()).Value.Plain()!;
        var text = value is JsonValue ? value.GetValue<string>() : value.ToJsonString();
        var body = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        body.Headers.ContentType = new MediaTypeHeaderValue(content.Key == "*/*" ? "application/octet-stream" : content.Key);
        return body;
    }
}
