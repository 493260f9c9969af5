using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Goim.Functions.Tests.Docker;
using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Infra;

/// <summary>Packages, actions and images are the ones that somebody has chosen, and newer ones are noticed.</summary>
public sealed partial class SupplyChainTests
{
    private static string Repository => DocumentationTests.Repository();

    // No lock files: they would name packages that another package source lacks.
    [Theory]
    [InlineData("Goim.Functions")]
    [InlineData("Goim.LocalHost")]
    [InlineData("Goim.Router")]
    public void A_program_ships_the_packages_of_Directory_Packages_props_and_no_others(string program)
    {
        var chosen = XDocument.Load(Path.Combine(Repository, "Directory.Packages.props")).Descendants("PackageVersion")
            .Select(package => $"{(string?)package.Attribute("Include")}/{(string?)package.Attribute("Version")}")
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

        Assert.DoesNotContain(
            Packages(Path.Combine(Repository, program, "obj", "project.assets.json")), package => !chosen.Contains(package));
    }

    [Fact]
    public void Dependabot_watches_packages_actions_and_the_base_images_of_every_Dockerfile()
    {
        var updates = ((List<object>)ComposeFile.Yaml(".github/dependabot.yml")["updates"]).Cast<Dictionary<object, object>>().ToList();

        Assert.Equal(
            ["docker", "docker-compose", "github-actions", "nuget"],
            updates.Select(each => (string)each["package-ecosystem"]).Order());
        Assert.Equal(
            Directory.GetDirectories(Repository).Where(folder => File.Exists(Path.Combine(folder, "Dockerfile")))
                .Select(folder => "/" + Path.GetFileName(folder)).Order(),
            updates.SelectMany(each => each.GetValueOrDefault("directories") as List<object> ?? []).Cast<string>().Order());
    }

    // The comment is what Dependabot and a reader know the version by.
    [Fact]
    public void Every_action_is_used_by_its_commit_with_the_tag_beside_it_or_by_a_tag()
    {
        var uses = Directory.GetFiles(Path.Combine(Repository, ".github", "workflows")).SelectMany(File.ReadAllLines)
            .Where(line => Uses().IsMatch(line)).Select(line => Uses().Replace(line, "")).ToList();

        Assert.NotEmpty(uses);
        Assert.All(uses, action => Assert.Matches(@"^(\./\S+|[\w./-]+@([0-9a-f]{40} # v\d+(\.\d+)*|v\d+(\.\d+)*))$", action));
    }

    [Fact]
    public void No_script_of_a_package_runs_with_more_rights_than_it_needs() =>
        Assert.DoesNotContain(
            Directory.GetFiles(Path.Combine(Repository, ".github"), "*", SearchOption.AllDirectories)
                .Concat(Directory.GetFiles(Path.Combine(Repository, ".ci")))
                .Concat(Directory.GetFiles(Repository, "*.md"))
                .Concat(Directory.GetFiles(Path.Combine(Repository, "docs"), "*.md"))
                .Append(Path.Combine(Repository, "test")),
            file => File.ReadAllText(file).Contains("unsafe-perm", StringComparison.Ordinal));

    // The packages of project.assets.json, as name/version.
    private static List<string> Packages(string file)
    {
        using var assets = JsonDocument.Parse(File.ReadAllBytes(file));
        var packages = assets.RootElement.GetProperty("libraries").EnumerateObject()
            .Where(library => library.Value.GetProperty("type").GetString() == "package").Select(library => library.Name).ToList();
        Assert.NotEmpty(packages);
        return packages;
    }

    [GeneratedRegex(@"^\s*(- )?uses: ")]
    private static partial Regex Uses();
}
