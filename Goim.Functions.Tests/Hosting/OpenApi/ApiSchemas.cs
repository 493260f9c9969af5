using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Goim.Functions.Tests.Hosting.OpenApi;

/// <summary>The schemas of the document, as JSON Schema 2020-12. Those of <c>components</c> are built once, with the first one.</summary>
internal sealed class ApiSchemas
{
    private const string Id = "https://goim.example/schemas";

    /// <summary>So many items of an array are checked, where the whole body is large.</summary>
    private const int CheckedItems = 50;

    private readonly BuildOptions options = new()
    {
        Dialect = Dialect.Draft202012,
        SchemaRegistry = new SchemaRegistry(),
    };

    /// <param name="components">The schemas of <c>components</c>.</param>
    public ApiSchemas(JsonNode? components)
    {
        var root = new JsonObject { ["$defs"] = Moved(components) };
        _ = JsonSchema.FromText(root.ToJsonString(), options, new Uri(Id));
    }

    public JsonSchema Build(JsonNode schema) =>
        JsonSchema.FromText(Moved(schema)!.ToJsonString(), options, new Uri($"https://goim.example/{Guid.NewGuid():N}"));

    /// <summary>What is wrong with a value: a path in it, and what was expected. Null for nothing.</summary>
    public static string? Deviation(JsonSchema schema, JsonElement value)
    {
        if (schema.Evaluate(value, new EvaluationOptions { OutputFormat = OutputFormat.Flag }).IsValid)
        {
            return null;
        }

        var result = schema.Evaluate(value, new EvaluationOptions { OutputFormat = OutputFormat.List });
        var errors = from detail in (result.Details ?? []).Prepend(result)
                     from error in detail.Errors ?? new Dictionary<string, string>()
                     orderby detail.InstanceLocation.ToString().Length descending
                     select $"at '{detail.InstanceLocation}': {error.Value} ({detail.EvaluationPath}/{error.Key})";
        return string.Join("\n  ", errors.Distinct().Take(12));
    }

    /// <summary>The value with the first items of each array.</summary>
    public static JsonElement Shortened(JsonElement value) => JsonSerializer.SerializeToElement(Short(value));

    private static JsonNode? Short(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Take(CheckedItems).Select(Short)]),
        JsonValueKind.Object => new JsonObject(
            value.EnumerateObject().Select(static pair => KeyValuePair.Create(pair.Name, Short(pair.Value)))),
        _ => JsonValue.Create(value),
    };

    // References to components lead to the schema that has them.
    private static JsonNode? Moved(JsonNode? schema) => schema switch
    {
        JsonObject members => new JsonObject(members.Select(static pair => KeyValuePair.Create(
            pair.Key,
            pair.Key == "$ref" && pair.Value is JsonValue target
                ? JsonValue.Create(target.GetValue<string>().Replace("#/components/schemas/", $"{Id}#/$defs/", StringComparison.Ordinal))
                : Moved(pair.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Moved)]),
        _ => schema?.DeepClone(),
    };
}
