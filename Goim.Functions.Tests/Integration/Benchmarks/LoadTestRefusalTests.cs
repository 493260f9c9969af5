using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Benchmarks;

/// <summary><c>Goim.Benchmarks/load-test</c> with wrong options, an app that is not there, and one that it must not load.</summary>
public sealed class LoadTestRefusalTests : IDisposable
{
    private static readonly string[] OnAzure = ["--url", "https://app.example", "--azure", "rg", "--yes-load-this-app"];

    private readonly LoadTestScript script = new();

    public static TheoryData<string, string[]> WrongOptions => new()
    {
        { "--url is missing: expected the base URL of the app, such as http://localhost:7071.\n", [] },
        { "--url has no value.\n", ["--url"] },
        { "'--node' is no option of load-test: see load-test --help.\n", ["--node", "1"] },
        { "--jobs is '0': expected 1 to 100.\n", ["--url", "http://127.0.0.1:1", "--jobs", "0"] },
        {
            "--azure loads a deployed app beside its users: --yes-load-this-app is missing.\n",
            ["--url", "https://app.example", "--azure", "rg"]
        },
        {
            "--warm-up 3 and --duration 658 take 3305 s in 5 parts: expected 3300 s at most, since Azure ends a job after an hour.\n",
            [.. OnAzure, "--comet", "wss://comet.example/sub", "--duration", "658"]
        },
        {
            "--warm-up 0.5 and --duration 3300 take 3300.5 s in 1 part: expected 3300 s at most, since Azure ends a job after an hour.\n",
            [.. OnAzure, "--duration", "3300", "--warm-up", "0.5"]
        },
    };

    [Theory]
    [MemberData(nameof(WrongOptions))]
    public async Task A_wrong_option_is_told(string sentence, string[] args)
    {
        var refused = await script.RunAsync(new Dictionary<string, string>(), args);

        Assert.Equal((2, "", sentence), (refused.Code, refused.Output, refused.Error));
    }

    public static TheoryData<string, string[]> WrongTargets => new()
    {
        {
            "app.example is not this machine, and its app, comets and broker would get the load beside their users: "
            + "--yes-load-this-app is missing.\n",
            ["--url", "https://app.example"]
        },
        {
            "192.0.2.1 is not this machine, and its app, comets and broker would get the load beside their users: "
            + "--yes-load-this-app is missing.\n",
            ["--url", "http://127.0.0.1:1", "--comet", "wss://192.0.2.1/sub"]
        },
        { "http://127.0.0.1:1/ does not answer: Connection refused\n", ["--url", "http://127.0.0.1:1"] },
        { "the URL is 'ftp://127.0.0.1': expected one such as http://127.0.0.1:7071.\n", ["--url", "ftp://127.0.0.1"] },
        { "--duration is 4000: expected 0 to 3600 seconds.\n", ["--url", "http://127.0.0.1:1", "--duration", "4000"] },
        {
            "--warm-up 3 and --duration 1378 take 6905 s in 5 parts: expected 6900 s at most, since the clients' tokens are valid for "
            + "2 hours.\n",
            ["--url", "http://127.0.0.1:1", "--comet", "ws://127.0.0.1:1/sub", "--duration", "1378"]
        },
        {
            "Cannot parse argument 'x' for option '--duration' as expected type 'System.Double'.\n",
            ["--url", "http://127.0.0.1:1", "--duration", "x"]
        },
    };

    [Theory]
    [MemberData(nameof(WrongTargets))]
    public async Task What_cannot_be_loaded_is_told_once_however_many_jobs_there_are(string sentence, string[] args)
    {
        var refused = await script.RunAsync(new Dictionary<string, string>(), args);

        Assert.Equal((1, ""), (refused.Code, refused.Output));
        Assert.Equal(sentence + "Nothing was measured.\n", refused.Error.Replace("\n\n", "\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_with_results_is_not_overwritten()
    {
        Directory.CreateDirectory(script.Folder);
        await File.WriteAllTextAsync(Path.Combine(script.Folder, "job-1.txt"), "an earlier one");

        var refused = await script.RunAsync(new Dictionary<string, string>(), "--url", "http://127.0.0.1:1");

        Assert.Equal((2, $"--out is '{script.Folder}': expected an empty folder.\n"), (refused.Code, refused.Error));
        Assert.Equal("an earlier one", script.Left);
    }

    [Theory]
    [InlineData("GOIM_JWT_KEY", "c2hvcnQ=", "GOIM_JWT_KEY cannot sign tokens. The key has 5 bytes: expected base64 of 32 bytes or more.")]
    [InlineData("GOIM_KEY", "two\nlines", "GOIM_KEY cannot be sent in a header: expected printable ASCII without spaces.")]
    public async Task A_key_that_cannot_be_used_is_told_and_not_printed(string name, string value, string sentence)
    {
        var refused = await script.RunAsync(new Dictionary<string, string> { [name] = value }, "--url", "http://127.0.0.1:1");

        Assert.Equal(1, refused.Code);
        Assert.StartsWith(sentence, refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(value, script.Left, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GOIM_KEY", "--url is 'http://192.0.2.1/': expected https, since keys are sent.\n", "load-job --url http://192.0.2.1")]
    [InlineData(
        "GOIM_FUNCTION_KEY", "--url is 'http://192.0.2.1/': expected https, since keys are sent.\n", "load --url http://192.0.2.1")]
    [InlineData(
        "GOIM_JWT_KEY",
        "--comet is 'ws://192.0.2.1/sub': expected wss, since signed tokens are sent.\n",
        "load-job --url https://192.0.2.1 --comet ws://192.0.2.1/sub")]
    [InlineData(
        "GOIM_JWT_KEY",
        "--server is 'tcp://192.0.2.1:8080/': expected wss, since signed tokens are sent.\n",
        "comet room --server tcp://192.0.2.1:8080 --api https://192.0.2.1")]
    [InlineData(
        "GOIM_KEY",
        "--api is 'http://192.0.2.1/': expected https, since keys are sent.\n",
        "comet room --server wss://192.0.2.1/sub --api http://192.0.2.1")]
    public async Task Keys_and_tokens_are_not_sent_in_plain_text_to_another_machine(string name, string sentence, string command)
    {
        string[] permission = command.StartsWith("load-job", StringComparison.Ordinal) ? ["--yes-load-this-app"] : [];

        var refused = await BenchmarksProgram.RunAsync(
            new Dictionary<string, string> { [name] = LoadedHost.JwtKey }, [.. command.Split(' '), .. permission]);

        Assert.Equal((1, "", sentence), (refused.Code, refused.Output, refused.Error));
    }

    [Fact]
    public async Task Keys_do_not_follow_a_redirect_to_another_host()
    {
        await using var other = await ScriptedApp.StartAsync(ScriptedAnswer.Ok);
        await using var app = await ScriptedApp.StartAsync(new ScriptedAnswer(302, "") { Location = other.Url.ToString() });

        await BenchmarksProgram.RunAsync(
            new Dictionary<string, string> { ["GOIM_KEY"] = LoadedHost.Key },
            "load", "--url", $"{app.Url}", "--connections", "1", "--users", "1000", "--warm-up", "0", "--duration", "0.1");

        var read = app.Requests.Where(static request => request.Method == "GET").ToArray();
        Assert.Equal(2, read.Length);
        Assert.All(read, static request => Assert.Equal(LoadedHost.Key, request.Headers["x-goim-key"]));
        Assert.Empty(other.Requests);
    }

    public void Dispose() => script.Dispose();
}
