using System.Xml.Linq;
using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Docker;

/// <summary>What an image's Dockerfile copies is enough to build its program.</summary>
public sealed class ImageSourcesTests
{
    [Theory]
    [InlineData("Goim.Benchmarks")]
    [InlineData("Goim.Comet")]
    [InlineData("Goim.Functions")]
    [InlineData("Goim.LocalHost")]
    [InlineData("Goim.Router")]
    public void An_image_has_every_project_that_its_program_is_built_from(string program)
    {
        var copied = Copied(program);
        var projects = Closure(program, []);

        Assert.Contains("Goim.Settings", projects);
        Assert.All(projects, project => Assert.Contains($"{project}/{project}.csproj", copied));
        Assert.All(projects, project => Assert.Contains($"{project}/", copied));
    }

    // A container is reached under names that it does not know: those of its host, and of its services.
    [Fact]
    public void The_image_of_LocalHost_answers_under_any_name() => Assert.Contains(
        "LocalHost__AllowedHosts=*\n",
        File.ReadAllText(Path.Combine(DocumentationTests.Repository(), "Goim.LocalHost", "Dockerfile")),
        StringComparison.Ordinal);

    private static List<string> Copied(string program) =>
    [
        .. File.ReadAllLines(Path.Combine(DocumentationTests.Repository(), program, "Dockerfile"))
            .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1..^1]),
    ];

    private static HashSet<string> Closure(string project, HashSet<string> found)
    {
        found.Add(project);
        var file = XDocument.Load(Path.Combine(DocumentationTests.Repository(), project, $"{project}.csproj"));
        foreach (var reference in file.Descendants("ProjectReference").Select(each => (string)each.Attribute("Include")!))
        {
            var next = Path.GetFileNameWithoutExtension(reference);
            if (!found.Contains(next))
            {
                Closure(next, found);
            }
        }

        return found;
    }
}
