using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Goim.Comet;
using Goim.Functions.Tests.Docker;
using Goim.Router;

namespace Goim.Functions.Tests.Integration.Documentation;

/// <summary>The development container has what ./test needs, in versions that somebody has chosen, and labels for its ports.</summary>
public sealed partial class DevContainerTests
{
    private readonly JsonElement container = JsonElement.Parse(Text(".devcontainer/devcontainer.json"));

    [Fact]
    public void Image_and_features_are_official_ones_of_a_version()
    {
        Assert.Matches(@"^mcr\.microsoft\.com/devcontainers/[a-z]+:\d+\.\d+-[a-z]+$", container.GetProperty("image").GetString()!);
        Assert.All(Features(), feature => Assert.Matches(
            @"^ghcr\.io/(devcontainers/features|azure/azure-dev)/[a-z-]+:\d+\.\d+\.\d+$", feature.Name));
        Assert.Equal(
            ["azd", "azure-cli", "docker-in-docker", "dotnet", "node"],
            Features().Select(feature => feature.Name.Split('/')[^1].Split(':')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void SDK_and_Node_are_those_of_the_build()
    {
        Assert.Equal(EditorTests.Framework, $"net{Version("dotnet")}");
        Assert.Contains($"node-version: {Version("node")}\n", Text(".github/workflows/ci.yml"), StringComparison.Ordinal);
    }

    [Fact]
    public void Its_extensions_are_those_that_the_editor_recommends()
    {
        var extensions = container.GetProperty("customizations").GetProperty("vscode").GetProperty("extensions").EnumerateArray()
            .Select(extension => extension.GetString()!).ToList();

        Assert.Equal(EditorTests.Recommended(), extensions);
        Assert.Equal(extensions.Distinct().Order(StringComparer.Ordinal), extensions);
        Assert.All(extensions, extension => Assert.Matches("^[a-z0-9-]+[.][a-z0-9-]+$", extension));
    }

    [Fact]
    public void Each_forwarded_port_is_that_of_a_part_and_has_a_label()
    {
        var forwarded = container.GetProperty("forwardPorts").EnumerateArray().Select(port => port.GetInt32()).ToList();
        var labels = container.GetProperty("portsAttributes").EnumerateObject()
            .ToDictionary(port => int.Parse(port.Name, CultureInfo.InvariantCulture), port => port.Value.GetProperty("label").GetString());

        Assert.Equal(forwarded, labels.Keys);
        Assert.DoesNotContain(labels.Values, string.IsNullOrEmpty);
        int[] known =
        [
            new Uri(EditorTests.LocalHostUrl()).Port, new Uri(RouterNode.DefaultUrl).Port, new Uri(CometApp.DefaultUrl).Port,
            .. EditorTests.Ports(),
            .. new[] { "kafka", "azurite", "comet", "functions", "router-1" }.SelectMany(Published),
        ];
        Assert.Equal(known.Distinct().Order(), forwarded);
    }

    [Fact]
    public void What_it_installs_is_what_the_tests_the_gate_and_the_workflow_need()
    {
        var script = Text(".devcontainer/post-create");
        var tools = Tools().Match(Text("test")).Groups["tools"].Value.Split(' ');

        Assert.Equal(".devcontainer/post-create", container.GetProperty("postCreateCommand").GetString());
        Assert.True(EditorTests.IsExecutable(Path.Combine(DocumentationTests.Repository(), ".devcontainer", "post-create")));
        Assert.Equal([.. tools, "chromium", "shellcheck"], Installed().Match(script).Groups["tools"].Value.Split(' '));
        var packages = Packages().Matches(script).Select(package => package.Value).ToList();
        Assert.Equal(2, packages.Count);
        Assert.All(packages, package => Assert.Contains(
            package, Text("test") + Text(".github/workflows/ci.yml"), StringComparison.Ordinal));
        Assert.Contains("dotnet restore Goim.Functions.sln", script, StringComparison.Ordinal);
    }

    private static IEnumerable<int> Published(string service) => ComposeFile.Read().List(service, "ports")
        .Select(port => int.Parse(port.Split(':')[1], CultureInfo.InvariantCulture));

    private string Version(string feature) => Features().Single(each => each.Name.Contains($"/{feature}:", StringComparison.Ordinal))
        .Value.GetProperty("version").GetString()!;

    private JsonElement.ObjectEnumerator Features() => container.GetProperty("features").EnumerateObject();

    private static string Text(string path) => File.ReadAllText(Path.Combine(DocumentationTests.Repository(), path));

    [GeneratedRegex("^for tool in (?<tools>[a-z -]+); do", RegexOptions.Multiline)]
    private static partial Regex Tools();

    [GeneratedRegex("apt-get install -y -qq (?<tools>.+)$", RegexOptions.Multiline)]
    private static partial Regex Installed();

    [GeneratedRegex("[a-z-]+@[0-9.]+")]
    private static partial Regex Packages();
}
