using System.Text.Json.Nodes;
using Goim.Functions.Tests.Hosting.OpenApi;
using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Integration.OpenApi;

/// <summary>
/// The schemas in docs/openapi.yaml have keywords of JSON Schema 2020-12 and of OpenAPI only. A comma in a plain text between braces
/// makes a keyword of what follows it.
/// </summary>
public sealed class SchemaKeywordTests
{
    private static readonly HashSet<string> OfSchema =
    [
        "additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then", "unevaluatedItems",
        "unevaluatedProperties",
    ];

    private static readonly HashSet<string> OfList = ["allOf", "anyOf", "oneOf", "prefixItems"];

    private static readonly HashSet<string> OfMap = ["$defs", "dependentSchemas", "patternProperties", "properties"];

    private static readonly HashSet<string> Plain =
    [
        "$anchor", "$comment", "$dynamicAnchor", "$dynamicRef", "$id", "$ref", "$schema", "$vocabulary", "const", "contentEncoding",
        "contentMediaType", "default", "dependentRequired", "deprecated", "description", "discriminator", "enum", "example",
        "examples", "exclusiveMaximum", "exclusiveMinimum", "externalDocs", "format", "maxContains", "maxItems", "maxLength",
        "maxProperties", "maximum", "minContains", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "pattern",
        "readOnly", "required", "title", "type", "uniqueItems", "writeOnly", "xml",
    ];

    [Fact]
    public void No_schema_has_an_unknown_keyword()
    {
        using var text = File.OpenText(Path.Combine(DocumentationTests.Repository(), "docs", "openapi.yaml"));
        var document = YamlJson.Read(text)!.AsObject();
        var shared = document["components"]!["schemas"]!.AsObject();
        document["components"]!.AsObject().Remove("schemas");
        var schemas = InMap(shared, "").Concat(SchemasOf(document, "")).ToArray();

        Assert.InRange(schemas.Length, 400, 4000);
        Assert.Empty(
            from schema in schemas
            from keyword in schema.Keywords
            where !IsKnown(keyword)
            select $"{schema.Place}: {keyword}");
    }

    [Fact]
    public void The_rest_of_a_text_after_a_comma_is_an_unknown_keyword()
    {
        var schema = YamlJson.Read(new StringReader("{ items: { type: string, description: One, two. } }"));

        Assert.Equal(["two."], Within(schema, "").SelectMany(static each => each.Keywords).Where(static each => !IsKnown(each)));
    }

    private static bool IsKnown(string keyword) => Plain.Contains(keyword) || OfSchema.Contains(keyword) || OfList.Contains(keyword)
        || OfMap.Contains(keyword) || keyword.StartsWith("x-", StringComparison.Ordinal);

    // The schemas of parameters, headers and contents. Values of examples have none.
    private static IEnumerable<Schema> SchemasOf(JsonNode? node, string place) => node switch
    {
        JsonObject members => members.Where(static each => each.Key != "value").SelectMany(each =>
            each.Key == "schema" ? Within(each.Value, $"{place}/schema") : SchemasOf(each.Value, $"{place}/{each.Key}")),
        JsonArray entries => entries.SelectMany((each, i) => SchemasOf(each, $"{place}/{i}")),
        _ => [],
    };

    private static IEnumerable<Schema> Within(JsonNode? schema, string place)
    {
        if (schema is not JsonObject members)
        {
            return [];
        }

        var inner = members.SelectMany(each =>
            OfSchema.Contains(each.Key) ? Within(each.Value, $"{place}/{each.Key}")
            : OfList.Contains(each.Key) ? each.Value!.AsArray().SelectMany((item, i) => Within(item, $"{place}/{each.Key}/{i}"))
            : OfMap.Contains(each.Key) ? InMap(each.Value!.AsObject(), $"{place}/{each.Key}")
            : []);
        return inner.Prepend(new Schema(place, [.. members.Select(static each => each.Key)]));
    }

    private static IEnumerable<Schema> InMap(JsonObject schemas, string place) =>
        schemas.SelectMany(each => Within(each.Value, $"{place}/{each.Key}"));

    private sealed record Schema(string Place, string[] Keywords);
}
