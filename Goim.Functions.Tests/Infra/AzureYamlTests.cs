using System.Text.RegularExpressions;
using Goim.Functions.Tests.Docker;
using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Infra;

/// <summary>azure.yaml has what the schema of azd allows, and files that are there.</summary>
public sealed partial class AzureYamlTests
{
    // https://raw.githubusercontent.com/Azure/azure-dev/main/schemas/v1.0/azure.yaml.json
    private static readonly string[] Known =
        ["cloud", "hooks", "infra", "metadata", "name", "pipeline", "platform", "requiredVersions", "resourceGroup", "resources",
        "services", "state", "workflows"];

    private static readonly string[] KnownOfHook = ["continueOnError", "interactive", "kind", "run", "secrets", "shell"];

    private readonly Dictionary<object, object> file = ComposeFile.Yaml("azure.yaml");

    [Fact]
    public void Its_keys_are_those_of_the_schema() => Assert.Subset(Known.ToHashSet(), file.Keys.Cast<string>().ToHashSet());

    [Fact]
    public void The_template_has_the_projects_name_and_a_version()
    {
        var template = (string)In(file, "metadata")["template"];

        Assert.Matches($"^{file["name"]}@[0-9]+[.][0-9]+[.][0-9]+$", template);
    }

    [Fact]
    public void The_docs_name_the_oldest_azd_that_the_file_accepts()
    {
        var range = Range().Match((string)In(file, "requiredVersions")["azd"]);

        Assert.True(range.Success);
        Assert.Contains($"(`azd`, {range.Groups["version"]} or later)", Text("docs/deploy.md"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("posix", ".sh")]
    [InlineData("windows", ".ps1")]
    public void The_hook_after_a_deployment_is_a_script_whose_output_stays(string system, string extension)
    {
        Assert.Equal(["postdeploy"], In(file, "hooks").Keys.Cast<string>());
        var hook = In(In(In(file, "hooks"), "postdeploy"), system);

        Assert.Subset(KnownOfHook.ToHashSet(), hook.Keys.Cast<string>().ToHashSet());
        Assert.Equal(("true", "true"), ((string)hook["interactive"], (string)hook["continueOnError"]));
        var script = Path.Combine(DocumentationTests.Repository(), (string)hook["run"]);
        Assert.Equal((extension, true), (Path.GetExtension(script), File.Exists(script)));
    }

    private static Dictionary<object, object> In(Dictionary<object, object> map, string name) => (Dictionary<object, object>)map[name];

    private static string Text(string path) => File.ReadAllText(Path.Combine(DocumentationTests.Repository(), path));

    [GeneratedRegex("^>= (?<version>[0-9]+[.][0-9]+[.][0-9]+)$")]
    private static partial Regex Range();
}
