using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Goim.Functions.Tests.Hosting.OpenApi;

/// <summary>What the document says of an operation's answers with one status.</summary>
internal sealed class ApiResponse(ApiDocument document, JsonObject response)
{
    /// <summary>Of a body above it, the first items of each array are checked, or the first lines.</summary>
    private const int WholeBytes = 64 * 1024;

    private const int CheckedLines = 200;

    private static readonly HashSet<string> General = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Content-Type", "Date", "Keep-Alive", "Transfer-Encoding", "Vary",
    };

    private readonly ConcurrentDictionary<string, JsonSchema> schemas = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Headers that the document knows, by their names.</summary>
    private readonly Lazy<Dictionary<string, JsonObject>> headers = new(() =>
        (response["headers"]?.AsObject() ?? []).ToDictionary(
            static header => header.Key, header => document.Resolved(header.Value!), StringComparer.OrdinalIgnoreCase));

    /// <summary>Whether the host itself may answer so, with an empty body.</summary>
    public bool MayBeEmpty => (bool?)response["x-goim-may-be-empty"] == true;

    private JsonObject Content => response["content"]?.AsObject() ?? [];

    /// <summary>Headers that are missing, unknown, or of another form.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="isHostsOwn">Whether the host itself has answered: then the headers of the function are missing.</param>
    public IEnumerable<string> HeaderDeviations(SeenAnswer answer, bool isHostsOwn)
    {
        foreach (var (name, header) in headers.Value)
        {
            if (!isHostsOwn && !answer.Headers.Contains(name) && (bool?)header["required"] == true)
            {
                yield return $"the header {name} is missing";
            }
        }

        foreach (var sent in answer.Headers.Where(static header => !IsGeneral(header.Key)))
        {
            if (!headers.Value.TryGetValue(sent.Key, out var header))
            {
                yield return $"the header {sent.Key}: {string.Join(", ", sent)} is not in the document";
            }
            else if (header["schema"] is { } schema)
            {
                var built = schemas.GetOrAdd($"header {sent.Key}", _ => document.Schemas.Build(schema));
                foreach (var value in sent)
                {
                    if (ApiSchemas.Deviation(built, ValueOf(value, document.Resolved(schema))) is { } problem)
                    {
                        yield return $"the header {sent.Key}: {value}\n  {problem}";
                    }
                }
            }
        }
    }

    /// <summary>What is wrong with the body, or with its type. Null for nothing.</summary>
    public string? BodyDeviation(SeenAnswer answer)
    {
        if (answer.Method == "HEAD")
        {
            return null;
        }

        if (answer.Type is null || Content.Count == 0)
        {
            return answer.Body is { Length: > 0 } || Content.Count > 0 ? $"expected content: {Names()}" : null;
        }

        var found = Content.FirstOrDefault(pair => pair.Key.Split(';')[0].Equals(answer.Type, StringComparison.OrdinalIgnoreCase));
        if (found.Key is null)
        {
            return $"the type is {answer.Type}: expected {Names()}";
        }

        if (answer.Body is not { } body || document.Resolved(found.Value!)["schema"] is not { } schema)
        {
            return null;
        }

        var built = schemas.GetOrAdd(answer.Type, _ => document.Schemas.Build(schema));
        return answer.Type switch
        {
            "application/x-ndjson" => LinesDeviation(built, body),
            "application/json" => JsonDeviation(built, body),
            _ => ApiSchemas.Deviation(built, JsonSerializer.SerializeToElement(System.Text.Encoding.UTF8.GetString(body))),
        };
    }

    private static bool IsGeneral(string name) =>
        General.Contains(name) || name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase);

    private static JsonElement ValueOf(string text, JsonObject schema) =>
        (string?)(schema["type"] as JsonValue) is "integer" or "number"
            && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? JsonSerializer.SerializeToElement(number)
            : JsonSerializer.SerializeToElement(text);

    private static string? LinesDeviation(JsonSchema schema, ReadOnlyMemory<byte> body)
    {
        var rest = body;
        for (var line = 1; rest.Length > 0 && (body.Length <= WholeBytes || line <= CheckedLines); line++)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            if (end < 0)
            {
                return $"line {line} has no end";
            }

            if (JsonDeviation(schema, rest[..end]) is { } problem)
            {
                return $"line {line} {problem}";
            }

            rest = rest[(end + 1)..];
        }

        return null;
    }

    private static string? JsonDeviation(JsonSchema schema, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var parsed = JsonDocument.Parse(json);
            return ApiSchemas.Deviation(schema, json.Length <= WholeBytes ? parsed.RootElement : ApiSchemas.Shortened(parsed.RootElement));
        }
        catch (JsonException problem)
        {
            return $"is no JSON: {problem.Message}";
        }
    }

    private string Names() => Content.Count == 0 ? "none" : string.Join(", ", Content.Select(static pair => pair.Key));
}
