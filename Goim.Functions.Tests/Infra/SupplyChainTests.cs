using System.Text.Json;
using System.Xml.Linq;
using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Infra;

/// <summary>What ships has the packages that somebody has chosen.</summary>
public sealed class SupplyChainTests
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

    // The packages of project.assets.json, as name/version.
    private static List<string> Packages(string file)
    {
        using var assets = JsonDocument.Parse(File.ReadAllBytes(file));
        var packages = assets.RootElement.GetProperty("libraries").EnumerateObject()
            .Where(library => library.Value.GetProperty("type").GetString() == "package").Select(library => library.Name).ToList();
        Assert.NotEmpty(packages);
        return packages;
    }
}
