using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Documentation;

/// <summary>.vscode/: what the editor starts is there, and is built before.</summary>
public sealed partial class EditorTests
{
    private const string Folder = "${workspaceFolder}";
    private static readonly Dictionary<string, JsonElement> Tasks = Json("tasks.json").GetProperty("tasks").EnumerateArray()
        .ToDictionary(task => task.GetProperty("label").GetString()!);

    private static readonly JsonElement[] Configurations = [.. Json("launch.json").GetProperty("configurations").EnumerateArray()];

    public static TheoryData<string> Labels => [.. Tasks.Keys];

    /// <summary>TargetFramework of the programs.</summary>
    internal static string Framework { get; } =
        (string)XDocument.Load(Path.Combine(DocumentationTests.Repository(), "Directory.Build.props"))
            .Descendants("TargetFramework").First();

    [Fact]
    public void Each_program_that_the_editor_starts_is_built_by_the_task_before()
    {
        var started = Configurations.Where(each => Text(each, "request") == "launch").ToList();

        Assert.Equal(["Goim.Comet", "Goim.LocalHost", "Goim.Router"], started.Select(ProjectOf).Order(StringComparer.Ordinal));
        Assert.All(started, each =>
        {
            var project = ProjectOf(each);
            Assert.True(DocumentedProjectsTests.IsProgram(Path.Combine(DocumentationTests.Repository(), project, $"{project}.csproj")));
            Assert.Equal($"{Folder}/{project}/bin/Debug/{Framework}/{project}.dll", Text(each, "program"));
            Assert.Equal(["build", project], Arguments(Tasks[Text(each, "preLaunchTask")]));
        });
    }

    [Fact]
    public void Each_way_to_start_has_a_name_of_its_own_a_task_that_is_there_and_an_extension_that_is_recommended()
    {
        Assert.Equal(Configurations.Length, Configurations.Select(each => Text(each, "name")).Distinct().Count());
        Assert.All(Configurations, each =>
        {
            Assert.Equal("coreclr", Text(each, "type"));
            Assert.True(!each.TryGetProperty("preLaunchTask", out var task) || Tasks.ContainsKey(task.GetString()!));
        });
        Assert.Contains("ms-dotnettools.csharp", Recommended());
    }

    [Fact]
    public void Each_setting_in_it_is_one_of_the_docs_and_each_address_is_that_of_a_part()
    {
        var sample = JsonElement.Parse(File.ReadAllText(Path.Combine(DocumentationTests.Repository(), "local.settings.sample.json")))
            .GetProperty("Values");
        var comet = Configurations.Single(each => each.TryGetProperty("env", out _)).GetProperty("env");

        Assert.All(comet.EnumerateObject(), setting => Assert.True(sample.TryGetProperty(setting.Name, out _), setting.Name));
        Assert.Equal(sample.GetProperty("KafkaBrokers").GetString(), Text(comet, "KafkaBrokers"));
        Assert.Equal(LocalHostUrl(), $"{Text(comet, "Comet__Api")}/");
        // LocalHost's own comet has that of the sample.
        Assert.NotEqual(sample.GetProperty("Comet__TcpPort").GetString(), Text(comet, "Comet__TcpPort"));
    }

    [Fact]
    public async Task The_browser_opens_the_console_at_the_address_that_LocalHost_prints()
    {
        var pattern = Configurations.Single(each => each.TryGetProperty("serverReadyAction", out _))
            .GetProperty("serverReadyAction").GetProperty("pattern").GetString()!;
        using var host = LocalHostProcess.Start(new Dictionary<string, string>(), "--urls=http://127.0.0.1:0");

        var printed = Regex.Matches(await host.ReadToAsync("Ctrl+C"), pattern);

        Assert.Matches("^http://127.0.0.1:[0-9]+/$", Assert.Single(printed).Groups[1].Value);
    }

    [Theory]
    [MemberData(nameof(Labels))]
    public void Each_task_runs_a_program_in_a_folder_and_on_projects_that_are_there(string label)
    {
        var (task, root) = (Tasks[label], DocumentationTests.Repository());
        var command = Text(task, "command");

        Assert.True(command is "docker" or "dotnet" or "func" || IsExecutable(Path.Combine(root, command)), command);
        Assert.All(
            Arguments(task).Where(argument => argument.StartsWith("Goim.", StringComparison.Ordinal)),
            argument => Assert.True(Path.Exists(Path.Combine(root, argument)), argument));
        Assert.True(
            !task.TryGetProperty("options", out var options) || !options.TryGetProperty("cwd", out var folder)
            || Directory.Exists(folder.GetString()!.Replace(Folder, root, StringComparison.Ordinal)));
        var inputs = Json("tasks.json").GetProperty("inputs").EnumerateArray().Select(input => Text(input, "id")).ToList();
        Assert.All(Input().Matches(task.GetRawText()), input => Assert.Contains(input.Groups["id"].Value, inputs));
    }

    [Theory]
    [InlineData("build")]
    [InlineData("test")]
    [InlineData("func host start")]
    public void What_one_does_most_is_a_task(string label) => Assert.True(Tasks.ContainsKey(label));

    [Fact]
    public void The_task_that_waits_for_a_debugger_has_VSTests_variable() => Assert.Equal(
        "1",
        Text(Tasks["test, waiting for the debugger"].GetProperty("options").GetProperty("env"), "VSTEST_HOST_DEBUG"));

    /// <summary>The extensions that the editor recommends.</summary>
    internal static IEnumerable<string> Recommended() =>
        Json("extensions.json").GetProperty("recommendations").EnumerateArray().Select(extension => extension.GetString()!);

    /// <summary>The ports that configurations set.</summary>
    internal static IEnumerable<int> Ports() => Configurations.Where(each => each.TryGetProperty("env", out _))
        .Select(each => int.Parse(Text(each.GetProperty("env"), "Comet__TcpPort"), System.Globalization.CultureInfo.InvariantCulture));

    internal static string LocalHostUrl()
    {
        var file = Path.Combine(DocumentationTests.Repository(), "Goim.LocalHost", "Properties", "launchSettings.json");
        return JsonElement.Parse(File.ReadAllText(file)).GetProperty("profiles").GetProperty("Goim.LocalHost").GetProperty("launchUrl")
            .GetString()!;
    }

    internal static bool IsExecutable(string file) =>
        File.Exists(file) && (OperatingSystem.IsWindows() || File.GetUnixFileMode(file).HasFlag(UnixFileMode.UserExecute));

    private static string ProjectOf(JsonElement configuration) =>
        Path.GetFileNameWithoutExtension(Text(configuration, "program"));

    private static IEnumerable<string> Arguments(JsonElement task) =>
        task.TryGetProperty("args", out var arguments) ? arguments.EnumerateArray().Select(argument => argument.GetString()!) : [];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    // Strict: no comments, no trailing commas.
    private static JsonElement Json(string file) =>
        JsonElement.Parse(File.ReadAllText(Path.Combine(DocumentationTests.Repository(), ".vscode", file)));

    [GeneratedRegex(@"\$\{input:(?<id>[^}]+)\}")]
    private static partial Regex Input();
}
