using System.Text.Json.Nodes;
using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Hosting.OpenApi;

/// <summary>An OpenAPI document, with what answers are checked against. It is read once.</summary>
internal sealed class ApiDocument
{
    private static readonly Lazy<ApiDocument> Read = new(static () =>
    {
        using var text = File.OpenText(Path.Combine(DocumentationTests.Repository(), "docs", "openapi.yaml"));
        return new ApiDocument(YamlJson.Read(text)!.AsObject());
    });

    private static readonly string[] Methods = ["get", "post", "put", "delete", "head", "options", "patch", "trace"];

    private readonly JsonObject root;

    /// <summary>The operations of each path, by their methods.</summary>
    private readonly Dictionary<string, Dictionary<string, ApiOperation>> paths;

    public ApiDocument(JsonObject root)
    {
        this.root = root;
        Schemas = new ApiSchemas(root["components"]?["schemas"]);
        paths = root["paths"]!.AsObject().ToDictionary(
            static path => path.Key,
            path => path.Value!.AsObject().Where(static pair => Methods.Contains(pair.Key)).ToDictionary(
                static pair => pair.Key,
                pair => new ApiOperation(this, pair.Value!.AsObject()),
                StringComparer.OrdinalIgnoreCase),
            StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>docs/openapi.yaml.</summary>
    public static ApiDocument Shared => Read.Value;

    public ApiSchemas Schemas { get; }

    /// <summary>The operation of a request. Null if the document does not have its path.</summary>
    /// <param name="method">The request's.</param>
    /// <param name="path">The request's. Its case does not count, nor does a slash at its end.</param>
    /// <param name="hasMethod">False if the path has other methods only. Then it is the operation of one of them.</param>
    public ApiOperation? Find(string method, string path, out bool hasMethod)
    {
        hasMethod = false;
        if (!paths.TryGetValue(path.TrimEnd('/'), out var operations))
        {
            return null;
        }

        hasMethod = operations.TryGetValue(method, out var operation);
        return operation ?? operations.Values.First();
    }

    /// <summary>An object of the document, or the one that its <c>$ref</c> names.</summary>
    public JsonObject Resolved(JsonNode node)
    {
        while (node["$ref"] is { } reference)
        {
            var names = reference.GetValue<string>().TrimStart('#', '/').Split('/');
            node = names.Aggregate((JsonNode)root, static (found, name) => found[name.Replace("~1", "/").Replace("~0", "~")]!);
        }

        return node.AsObject();
    }
}
