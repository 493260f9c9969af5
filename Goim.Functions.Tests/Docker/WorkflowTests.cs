using Goim.Functions.Tests.Documentation;

namespace Goim.Functions.Tests.Docker;

/// <summary>The GitHub workflows: what can be said of them without running them.</summary>
public sealed class WorkflowTests
{
    private const string Folder = ".github/workflows";

    public static TheoryData<string> Files => [.. Names];

    private static IEnumerable<string> Names => Directory.GetFiles(Path.Combine(ReadmeTests.Repository(), Folder)).Select(file => Path.GetFileName(file)!);

    [Theory]
    [MemberData(nameof(Files))]
    public void A_workflow_may_little_ends_by_itself_and_uses_actions_of_a_fixed_version(string file)
    {
        var workflow = ComposeFile.Yaml($"{Folder}/{file}");

        Assert.Equal("read", ((Dictionary<object, object>)workflow["permissions"])["contents"]);
        Assert.True(workflow.ContainsKey("concurrency"));
        foreach (var job in ((Dictionary<object, object>)workflow["jobs"]).Values.Cast<Dictionary<object, object>>())
        {
            Assert.InRange(int.Parse((string)job["timeout-minutes"], System.Globalization.CultureInfo.InvariantCulture), 1, 90);
            Assert.All(Actions(job), action => Assert.Matches("@(v[0-9]+|[0-9a-f]{40})$", action));
        }
    }

    [Fact]
    public void Only_the_deployment_may_sign_in_to_Azure() => Assert.Equal(
        ["deploy.yml"], Names.Where(file => Text($"{Folder}/{file}").Contains("id-token", StringComparison.Ordinal)));

    [Fact]
    public void The_containers_job_takes_the_tests_that_need_Docker_and_lets_none_be_skipped()
    {
        var containers = Text($"{Folder}/ci.yml");

        Assert.Contains("dotnet test Goim.Functions.Tests --filter Category=Docker", containers, StringComparison.Ordinal);
        Assert.Contains("[ \"$(count passed)\" = \"$(count total)\" ]", containers, StringComparison.Ordinal);
        Assert.Contains("docker compose --profile app up", containers, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Actions(Dictionary<object, object> job) =>
        ((List<object>)job["steps"]).Cast<Dictionary<object, object>>().Where(step => step.ContainsKey("uses")).Select(step => (string)step["uses"]);

    private static string Text(string path) => File.ReadAllText(Path.Combine(ReadmeTests.Repository(), path));
}
