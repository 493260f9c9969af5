using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Goim.Functions.Tests.Infra;

/// <summary>
/// The resources that a deployment makes, read from a Bicep snapshot. Names come without their unique suffix, and
/// <c>reference(…)</c> of a resource is replaced by the resource's name: <c>[id-functions.clientId]</c>.
/// </summary>
internal sealed partial class Deployment
{
    /// <summary>The address of the vault's secrets, as the template has it.</summary>
    public const string Vault = "format('https://{0}{1}/secrets', 'kv', environment().suffixes.keyvaultDns)";

    private readonly JsonArray resources;

    private Deployment(JsonNode snapshot)
    {
        resources = snapshot["predictedResources"]!.AsArray();
        Outputs = snapshot["outputs"]!.AsObject();
    }

    public JsonObject Outputs { get; }

    /// <summary>The function app's settings, by name.</summary>
    public Dictionary<string, string> AppSettings =>
        One("Microsoft.Web/sites/config")["properties"]!.AsObject().ToDictionary(setting => setting.Key, setting => (string)setting.Value!);

    /// <summary>The properties of the container app of the router nodes.</summary>
    public JsonNode Router => ContainerApp("router");

    /// <summary>The properties of the container app of the comets.</summary>
    public JsonNode Comet => ContainerApp("comet");

    /// <summary>Every role assignment: <c>scope &lt;- principal: role definition</c>, in order.</summary>
    public IEnumerable<string> Roles => Of("Microsoft.Authorization/roleAssignments")
        .Select(Role)
        .Order(StringComparer.Ordinal);

    public static Deployment Read(string snapshot)
    {
        var unique = StorageName().Match(snapshot).Groups["unique"].Value;
        var named = snapshot.Replace($"-{unique}", "", StringComparison.Ordinal).Replace(unique, "", StringComparison.Ordinal);
        return new Deployment(JsonNode.Parse(Reference().Replace(named, "${name}"))!);
    }

    /// <summary>The one container of a container app.</summary>
    public static JsonNode Container(JsonNode app) => Assert.Single(app["template"]!["containers"]!.AsArray())!;

    /// <summary>The environment of a container app, by name. A secret is <c>secret: {its name}</c>.</summary>
    public static Dictionary<string, string> Environment(JsonNode app) => Container(app)["env"]!.AsArray().ToDictionary(
        variable => (string)variable!["name"]!, variable => (string?)variable!["value"] ?? $"secret: {variable["secretRef"]}");

    /// <summary>The properties of a Container Apps environment: cae is that of the router nodes, cae-comet that of the comets.</summary>
    public JsonNode ContainerEnvironment(string name) =>
        Of("Microsoft.App/managedEnvironments").Single(environment => (string?)environment["name"] == name)["properties"]!;

    /// <summary>The ids of all resources.</summary>
    public IEnumerable<string> Ids => resources.Select(resource => (string)resource!["id"]!);

    public IEnumerable<JsonNode> Of(string type) => resources.Where(resource => (string)resource!["type"]! == type)!;

    public JsonNode One(string type) => Assert.Single(Of(type));

    public IEnumerable<string> Names(string type) => Of(type).Select(resource => (string)resource["name"]!).Order(StringComparer.Ordinal);

    /// <summary>The properties of the one resource of a type.</summary>
    public JsonNode Properties(string type) => One(type)["properties"]!;

    /// <summary>The value of a secret in the vault, as the template has it.</summary>
    public string Secret(string name) =>
        (string)Of("Microsoft.KeyVault/vaults/secrets").Single(secret => (string?)secret["name"] == $"kv/{name}")["properties"]!["value"]!;

    /// <summary>An app setting that refers to a secret in the vault.</summary>
    public static string SecretUri(string name) =>
        $"[format('@Microsoft.KeyVault(SecretUri={{0}}/{{1}})', {Vault}, '{name}')]";

    private JsonNode ContainerApp(string service) =>
        Of("Microsoft.App/containerApps").Single(app => (string?)app["tags"]!["azd-service-name"] == service)["properties"]!;

    private static string Role(JsonNode assignment)
    {
        var scope = Scope().Match((string)assignment["id"]!).Groups["name"];
        var properties = assignment["properties"]!;
        return $"{scope} <- {properties["principalId"]}: {((string)properties["roleDefinitionId"]!).Split('/')[^1]}";
    }

    [GeneratedRegex("""Microsoft\.Storage/storageAccounts",\s*"name": "st(?<unique>[a-z0-9]+)""")]
    private static partial Regex StorageName();

    [GeneratedRegex(@"reference\('[^']*/(?<name>[^'/]+)', '[^']*'\)")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^\[extensionResourceId\('[^']*/(?<name>[^'/]+)', 'Microsoft.Authorization/roleAssignments'")]
    private static partial Regex Scope();
}
