using Goim.Functions.Tests.Integration.Documentation;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Goim.Functions.Tests.Docker;

/// <summary>The services of compose.yaml, with anchors and merges resolved.</summary>
internal sealed class ComposeFile(Dictionary<object, object> services)
{
    public IEnumerable<string> Services => services.Keys.Cast<string>();

    public static ComposeFile Read() => new((Dictionary<object, object>)Yaml("compose.yaml")["services"]);

    /// <summary>Any YAML file, by its path in the repository.</summary>
    public static Dictionary<object, object> Yaml(string path)
    {
        using var text = File.OpenText(Path.Combine(DocumentationTests.Repository(), path));
        return new Deserializer().Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(text)));
    }

    public string Image(string service) => Text(service, "image");

    /// <summary>A text of a service; empty if it has none.</summary>
    public string Text(string service, string name) => Of(service).GetValueOrDefault(name) as string ?? "";

    /// <summary>A list of a service; empty if it has none.</summary>
    public IReadOnlyList<string> List(string service, string name) =>
        [.. (Of(service).GetValueOrDefault(name) as List<object> ?? []).Cast<string>()];

    /// <summary>A mapping of a service to texts, such as its environment; empty if it has none.</summary>
    public IReadOnlyDictionary<string, string> Map(string service, string name) =>
        (Of(service).GetValueOrDefault(name) as Dictionary<object, object> ?? [])
            .ToDictionary(pair => (string)pair.Key, pair => pair.Value as string ?? "");

    /// <summary>The conditions that a service waits for (depends_on), by the name of the other service.</summary>
    public IReadOnlyDictionary<string, string> Conditions(string service) =>
        ((Dictionary<object, object>)Of(service)["depends_on"]).ToDictionary(
            pair => (string)pair.Key,
            pair => (string)((Dictionary<object, object>)pair.Value)["condition"]);

    public bool Has(string service, string name) => Of(service).ContainsKey(name);

    private Dictionary<object, object> Of(string service) => (Dictionary<object, object>)services[service];
}
