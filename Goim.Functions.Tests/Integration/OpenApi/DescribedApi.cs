using System.Text.Json.Nodes;
using Goim.Functions.Tests.Integration.Documentation;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Goim.Functions.Tests.Integration.OpenApi;

/// <summary>docs/openapi.yaml, as Microsoft.OpenApi reads it.</summary>
internal static class DescribedApi
{
    private static readonly Lazy<ReadResult> Reading = new(static () =>
    {
        var settings = new OpenApiReaderSettings();
        settings.AddYamlReader();
        var text = File.ReadAllText(Path.Combine(DocumentationTests.Repository(), "docs", "openapi.yaml"));
        return OpenApiDocument.Parse(text, "yaml", settings);
    });

    public static OpenApiDiagnostic Diagnostic => Reading.Value.Diagnostic!;

    public static OpenApiDocument Document => Reading.Value.Document!;

    public static IReadOnlyList<DescribedOperation> Operations { get; } =
    [
        .. from path in Document.Paths
           from operation in path.Value.Operations!
           select new DescribedOperation(path.Key, operation.Key, operation.Value),
    ];

    public static DescribedOperation Operation(string id) => Operations.Single(each => each.Id == id);

    /// <summary>The text of an extension. Null without it.</summary>
    public static string? Text(this IDictionary<string, IOpenApiExtension>? extensions, string name) =>
        extensions.At(name) is JsonNodeExtension { Node: var node } ? node.GetValue<string>() : null;

    /// <summary>The value of a key. Null if there is none.</summary>
    public static T? At<T>(this IDictionary<string, T>? values, string key)
        where T : class => values is not null && values.TryGetValue(key, out var value) ? value : null;

    /// <summary>The value of an example. The reader has a stand-in for null.</summary>
    public static JsonNode? Plain(this JsonNode? node) => node switch
    {
        null => null,
        JsonObject members => new JsonObject(members.Select(each => KeyValuePair.Create(each.Key, each.Value.Plain()))),
        JsonArray entries => new JsonArray([.. entries.Select(Plain)]),
        _ => node.IsJsonNullSentinel() ? null : node.DeepClone(),
    };
}

/// <summary>An operation of the document.</summary>
/// <param name="Path">With the slash.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Description">What the document says.</param>
internal sealed record DescribedOperation(string Path, HttpMethod Method, OpenApiOperation Description)
{
    public string Id => Description.OperationId!;

    public IEnumerable<IOpenApiParameter> Parameters => Description.Parameters ?? [];

    /// <summary>Names of query parameters that the operation takes.</summary>
    public IEnumerable<string> Query => NamesIn(ParameterLocation.Query);

    /// <summary>Names of headers that the operation takes, without those of credentials and of the body.</summary>
    public IEnumerable<string> Headers => NamesIn(ParameterLocation.Header);

    /// <summary>Names of query parameters that the operation refuses.</summary>
    public IEnumerable<string> Refused =>
        Description.Extensions.At("x-goim-refused-parameters") is JsonNodeExtension { Node: JsonArray names }
            ? names.Select(static name => name!.GetValue<string>())
            : [];

    /// <summary>Whether a caller is needed.</summary>
    public bool IsSecured => Description.Security is null;

    private IEnumerable<string> NamesIn(ParameterLocation place) => Parameters.Where(each => each.In == place).Select(each => each.Name!);
}
