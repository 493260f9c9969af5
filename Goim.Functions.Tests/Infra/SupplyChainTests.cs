using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Goim.Functions.Tests.Docker;
using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Infra;

/// <summary>Packages, actions and images are the ones that somebody has chosen, and newer ones are noticed.</summary>
public sealed partial class SupplyChainTests
{
    // A deployment's registry builds its image, for one load test.
    private const string LoadTest = "Goim.Benchmarks";

    private static string Repository => DocumentationTests.Repository();

    // No lock files: they would name packages that another package source lacks.
    [Theory]
    [InlineData("Goim.Comet")]
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

    [JqTheory]
    [InlineData("Goim.Comet", "goim-comet")]
    [InlineData("Goim.Functions", "goim-functions")]
    [InlineData("Goim.LocalHost", "goim-localhost")]
    [InlineData("Goim.Router", "goim-router")]
    public async Task The_SBOM_of_an_image_has_every_package_of_its_program(string program, string image)
    {
        var file = Path.GetTempFileName();
        try
        {
            var (exitCode, output) = await RunAsync(".ci/sbom", program, image, "1.2.3", file);

            Assert.True(exitCode == 0, output);
            using var sbom = JsonDocument.Parse(await File.ReadAllBytesAsync(file));
            Assert.Equal("CycloneDX", sbom.RootElement.GetProperty("bomFormat").GetString());
            var described = sbom.RootElement.GetProperty("metadata").GetProperty("component");
            Assert.Equal($"{image} 1.2.3", $"{described.GetProperty("name")} {described.GetProperty("version")}");
            var listed = sbom.RootElement.GetProperty("components").EnumerateArray()
                .Select(each => $"{each.GetProperty("name")}/{each.GetProperty("version")}").ToHashSet();
            Assert.Empty(Packages(Path.Combine(Repository, program, Output, $"{program}.deps.json")).Except(listed));
            // The app's image has the extensions that the Functions host loads.
            Assert.Equal(
                program == "Goim.Functions",
                listed.Any(name => name.StartsWith("Microsoft.Azure.WebJobs.Extensions.", StringComparison.Ordinal)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Dependabot_watches_packages_actions_and_the_base_images_of_every_Dockerfile()
    {
        var updates = ((List<object>)ComposeFile.Yaml(".github/dependabot.yml")["updates"]).Cast<Dictionary<object, object>>().ToList();

        Assert.Equal(
            ["devcontainers", "docker", "docker-compose", "github-actions", "nuget"],
            updates.Select(each => (string)each["package-ecosystem"]).Order());
        Assert.Equal(
            Images().Select(folder => $"/{folder}"),
            updates.SelectMany(each => each.GetValueOrDefault("directories") as List<object> ?? []).Cast<string>().Order());
    }

    [Fact]
    public void A_release_has_the_image_of_every_Dockerfile_but_that_of_the_load_test()
    {
        var matrix = new[] { "jobs", "image", "strategy", "matrix" }.Aggregate(
            ComposeFile.Yaml(".github/workflows/release.yml"), (map, name) => (Dictionary<object, object>)map[name]);
        var released = ((List<object>)matrix["include"]).Cast<Dictionary<object, object>>().ToList();

        Assert.Equal(Images().Except([LoadTest]), released.Select(image => (string)image["project"]).Order());
        Assert.All(released, image => Assert.Contains(
            $"org.opencontainers.image.title=\"{image["image"]}\"",
            File.ReadAllText(Path.Combine(Repository, (string)image["project"], "Dockerfile")),
            StringComparison.Ordinal));
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

    // The folders with a Dockerfile.
    private static IEnumerable<string> Images() =>
        Directory.GetDirectories(Repository).Where(folder => File.Exists(Path.Combine(folder, "Dockerfile")))
            .Select(folder => Path.GetFileName(folder)).Order();

    // bin/{configuration}/{framework}, as for these tests.
    private static string Output =>
        Path.GetRelativePath(Path.Combine(Repository, "Goim.Functions.Tests"), AppContext.BaseDirectory);

    // The packages of project.assets.json or of a .deps.json file, as name/version.
    private static List<string> Packages(string file)
    {
        using var assets = JsonDocument.Parse(File.ReadAllBytes(file));
        var packages = assets.RootElement.GetProperty("libraries").EnumerateObject()
            .Where(library => library.Value.GetProperty("type").GetString() == "package").Select(library => library.Name).ToList();
        Assert.NotEmpty(packages);
        return packages;
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(Repository, program), arguments)
        {
            WorkingDirectory = Repository,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }

    [GeneratedRegex(@"^\s*(- )?uses: ")]
    private static partial Regex Uses();
}
