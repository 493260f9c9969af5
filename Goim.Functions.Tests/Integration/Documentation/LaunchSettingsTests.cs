using System.Text.Json;

namespace Goim.Functions.Tests.Integration.Documentation;

/// <summary>The profiles with which an IDE starts a program. <c>dotnet run</c> reads them too.</summary>
public sealed class LaunchSettingsTests
{
    public static TheoryData<string> Programs =>
    [
        .. Directory.GetDirectories(DocumentationTests.Repository(), "Goim.*")
            .Where(static folder => DocumentedProjectsTests.IsProgram(Path.Combine(folder, $"{Path.GetFileName(folder)}.csproj")))
            .Select(static folder => Path.GetFileName(folder))
            .Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void The_console_is_opened_with_LocalHost()
    {
        var profile = Profiles("Goim.LocalHost")["Goim.LocalHost"];

        Assert.True(profile.GetProperty("launchBrowser").GetBoolean());
        Assert.Equal("http://localhost:7071/", profile.GetProperty("launchUrl").GetString());
    }

    // dotnet run takes the first one, and prints a line about it. It must not change what the program does.
    [Theory]
    [MemberData(nameof(Programs))]
    public void The_first_profile_of_a_program_has_its_name_and_starts_it(string project)
    {
        var (name, profile) = Profiles(project).First();

        Assert.Equal((project, "Project"), (name, profile.GetProperty("commandName").GetString()));
        Assert.False(profile.TryGetProperty("commandLineArgs", out _));
    }

    // Variables of a profile would win over those of the user's shell, and an address over ASPNETCORE_URLS.
    [Theory]
    [MemberData(nameof(Programs))]
    public void No_profile_sets_variables_or_addresses(string project) =>
        Assert.All(Profiles(project), static profile => Assert.Subset(
            new HashSet<string>
            {
                "commandName", "commandLineArgs", "dotnetRunMessages", "executablePath", "launchBrowser", "launchUrl", "workingDirectory",
            },
            profile.Value.EnumerateObject().Select(static member => member.Name).ToHashSet()));

    private static Dictionary<string, JsonElement> Profiles(string project)
    {
        var file = Path.Combine(DocumentationTests.Repository(), project, "Properties", "launchSettings.json");
        return JsonElement.Parse(File.ReadAllText(file)).GetProperty("profiles").EnumerateObject()
            .ToDictionary(static profile => profile.Name, static profile => profile.Value);
    }
}
