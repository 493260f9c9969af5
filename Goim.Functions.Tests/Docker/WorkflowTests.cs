using System.Diagnostics;
using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Docker;

/// <summary>The GitHub workflows, as far as they can be checked without running them.</summary>
public sealed class WorkflowTests
{
    private const string Folder = ".github/workflows";

    public static TheoryData<string> Files => [.. Names];

    private static IEnumerable<string> Names =>
        Directory.GetFiles(Path.Combine(DocumentationTests.Repository(), Folder)).Select(file => Path.GetFileName(file)!);

    [Theory]
    [MemberData(nameof(Files))]
    public void A_workflow_may_only_read_and_its_jobs_end_by_themselves(string file)
    {
        var workflow = ComposeFile.Yaml($"{Folder}/{file}");

        Assert.Equal("read", ((Dictionary<object, object>)workflow["permissions"])["contents"]);
        Assert.True(workflow.ContainsKey("concurrency"));
        foreach (var job in Jobs(workflow).Where(job => job.ContainsKey("steps")))
        {
            Assert.InRange(int.Parse((string)job["timeout-minutes"], System.Globalization.CultureInfo.InvariantCulture), 1, 90);
        }
    }

    // Azure trusts the token of a job only if the job is in the environment that the identity's credential names.
    [Fact]
    public void Only_the_deployment_may_sign_in_to_Azure()
    {
        Assert.Equal(["deploy.yml", "release.yml"], NamesWith("id-token:"));
        Assert.Equal(["deploy.yml"], NamesWith("\n    environment:"));
    }

    [Fact]
    public void A_release_pushes_images_only_after_all_jobs_of_CI()
    {
        var jobs = (Dictionary<object, object>)ComposeFile.Yaml($"{Folder}/release.yml")["jobs"];

        Assert.Equal($"./{Folder}/ci.yml", ((Dictionary<object, object>)jobs["ci"])["uses"]);
        Assert.All(jobs.Where(job => !job.Key.Equals("ci")), job => Assert.Equal("ci", ((Dictionary<object, object>)job.Value)["needs"]));
    }

    [Fact]
    public void The_containers_job_takes_the_tests_that_need_Docker_and_lets_none_be_skipped()
    {
        var containers = Text($"{Folder}/ci.yml");

        Assert.Contains("dotnet test Goim.Functions.Tests --filter Category=Docker", containers, StringComparison.Ordinal);
        Assert.Contains("[ \"$(count passed)\" = \"$(count total)\" ]", containers, StringComparison.Ordinal);
        Assert.Contains("docker compose --profile app up", containers, StringComparison.Ordinal);
    }

    // Without the setting the package sources decide, and the deployed or tested build could differ from what Azure runs.
    [Theory]
    [InlineData(".github/workflows/ci.yml", "  KafkaExtension: package\n")]
    [InlineData(".github/workflows/deploy.yml", "      KafkaExtension: package\n")]
    [InlineData(".github/workflows/release.yml", "      KafkaExtension: package\n")]
    [InlineData("Goim.Functions/Dockerfile", "ARG KafkaExtension=package\n")]
    [InlineData("Goim.Functions/Dockerfile", "--output /app -p:KafkaExtension=\"$KafkaExtension\"\n")]
    public void What_is_deployed_is_built_with_Microsofts_package(string file, string line) =>
        Assert.Contains(line, Text(file), StringComparison.Ordinal);

    [JqFact]
    public async Task The_deployment_takes_the_variables_that_azd_asks_for_and_no_others()
    {
        var (exitCode, environment) = await ChooseAsync("""
            {
              "AZURE_LOCATION": "westeurope", "KAFKA_BROKERS": "one:9093,two:9093",
              "KAFKA_PASSWORD": "akvs://1/2/3", "ALERT_EMAIL": "'a'=\"b\" $HOME",
              "PATH": "/elsewhere", "NODE_OPTIONS": "--inspect", "KAFKA": "of the organisation", "_KAFKA_BROKERS": "three:9093"
            }
            """);

        Assert.Equal(0, exitCode);
        Assert.Equal(
            "AZURE_LOCATION=westeurope\nKAFKA_BROKERS=one:9093,two:9093\nKAFKA_PASSWORD=akvs://1/2/3\nALERT_EMAIL='a'=\"b\" $HOME\n",
            environment);
    }

    [JqTheory]
    [InlineData(@"westeurope\nPATH=/elsewhere")]
    [InlineData(@"westeurope\rPATH=/elsewhere")]
    public async Task A_variable_of_several_lines_ends_the_deployment(string value)
    {
        var (exitCode, environment) = await ChooseAsync($$"""{"AZURE_LOCATION":"{{value}}"}""");

        Assert.NotEqual(0, exitCode);
        Assert.Empty(environment);
    }

    [Fact]
    public void The_variables_are_chosen_by_a_file_that_is_there_and_before_azd_runs()
    {
        var steps = Steps();
        var choosing = steps.FindIndex(step => step.ContainsKey("env"));

        Assert.InRange(
            choosing,
            steps.FindIndex(step => Value(step, "uses").StartsWith("actions/checkout@", StringComparison.Ordinal)) + 1,
            steps.FindIndex(step => Value(step, "run").StartsWith("azd", StringComparison.Ordinal)) - 1);
    }

    // Runs the step as GitHub does. Returns what it adds to the environment of later steps.
    private static async Task<(int ExitCode, string Environment)> ChooseAsync(string variables)
    {
        var step = Assert.Single(Steps(), step => step.ContainsKey("env"));
        var added = Path.GetTempFileName();
        try
        {
            using var bash = Process.Start(new ProcessStartInfo("bash", ["-e", "-c", Value(step, "run")])
            {
                WorkingDirectory = DocumentationTests.Repository(),
                Environment = { ["VARIABLES"] = variables, ["GITHUB_ENV"] = added },
            })!;
            await bash.WaitForExitAsync();
            return (bash.ExitCode, await File.ReadAllTextAsync(added));
        }
        finally
        {
            File.Delete(added);
        }
    }

    private static List<Dictionary<object, object>> Steps()
    {
        var jobs = (Dictionary<object, object>)ComposeFile.Yaml($"{Folder}/deploy.yml")["jobs"];
        return [.. ((List<object>)((Dictionary<object, object>)jobs["deploy"])["steps"]).Cast<Dictionary<object, object>>()];
    }

    private static string Value(Dictionary<object, object> step, string name) => step.GetValueOrDefault(name) as string ?? "";

    private static IEnumerable<string> NamesWith(string text) =>
        Names.Where(file => Text($"{Folder}/{file}").Contains(text, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static IEnumerable<Dictionary<object, object>> Jobs(Dictionary<object, object> workflow) =>
        ((Dictionary<object, object>)workflow["jobs"]).Values.Cast<Dictionary<object, object>>();

    private static string Text(string path) => File.ReadAllText(Path.Combine(DocumentationTests.Repository(), path));
}

/// <summary>A test that needs bash and jq, which GitHub's machines have.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class JqFactAttribute : FactAttribute
{
    public JqFactAttribute() => Skip = Missing;

    internal static string? Missing { get; } =
        new[] { "bash", "jq" }.FirstOrDefault(program => !IsInstalled(program)) is { } program
            ? $"{program} is not installed."
            : null;

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}

/// <summary>Tests that need bash and jq, which GitHub's machines have.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class JqTheoryAttribute : TheoryAttribute
{
    public JqTheoryAttribute() => Skip = JqFactAttribute.Missing;
}
