using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Benchmarks;

/// <summary><c>Goim.Benchmarks/load-test</c> against a LocalHost that asks for keys and signed tokens.</summary>
public sealed partial class LoadTestTests(LoadedHost host) : IClassFixture<LoadedHost>, IDisposable
{
    private readonly LoadTestScript script = new();

    [Fact]
    public async Task Two_jobs_load_app_and_comet_and_the_table_has_their_sums()
    {
        var run = await script.RunAsync(
            LoadedHost.Keys,
            "--url", $"{host.Url}", "--comet", host.Comet, "--rate", "50", "--ack", "broker", "--duration", "1", "--warm-up", "0",
            "--clients", "20", "--connections", "4");

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(run.Output, await File.ReadAllTextAsync(Path.Combine(script.Folder, "table.txt")));
        var rows = Row().Matches(run.Output).ToDictionary(row => row.Groups["part"].Value);
        Assert.Equal(["connections", "push/room", "push", "push/batch", "deliveries", "churn"], rows.Keys);
        foreach (var (part, row) in rows)
        {
            var jobs = script.Results[part].ToArray();
            Assert.Equal(2, jobs.Length);
            Assert.Equal(Sum(jobs, "PerSecond"), Number(row, "rate"), 0.06);
            Assert.Equal(Sum(jobs, "Count"), Number(row, "count"));
            Assert.Equal(jobs.Max(job => (double)job["P99Ms"]!), Number(row, "p99"), 0.006);
            Assert.Equal(0, Sum(jobs, "Failed"));
            Assert.All(jobs, job => Assert.True((double)job["Count"]! > 0, part));
        }

        // Every push reached all 20 clients of its job.
        Assert.All(script.Results["deliveries"], static job => Assert.Equal(0, (int)job["Count"]! % 20));
        Assert.DoesNotContain(LoadedHost.Key, script.Left, StringComparison.Ordinal);
        Assert.DoesNotContain(LoadedHost.JwtKey, script.Left, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_comet_nothing_is_pushed_to_users()
    {
        var run = await script.RunAsync(LoadedHost.Keys, ["--url", $"{host.Url}", "--jobs", "1", .. LoadTestScript.Short]);

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal("push/room", Assert.Single(script.Results).Key);
    }

    [Fact]
    public async Task App_and_comet_are_loaded_over_TLS()
    {
        using var ingress = new TlsProxy(host.Url);
        var environment = new Dictionary<string, string>(LoadedHost.Keys) { ["SSL_CERT_FILE"] = ingress.CaFile };

        var run = await script.RunAsync(
            environment,
            ["--url", $"https://{ingress.Authority}", "--comet", $"wss://{ingress.Authority}/sub", "--jobs", "1", .. LoadTestScript.Short]);

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(6, script.Results.Count);
    }

    [Fact]
    public async Task A_wrong_key_is_told_once_and_not_printed()
    {
        var run = await script.RunAsync(
            new Dictionary<string, string> { ["GOIM_KEY"] = "a-key-of-nobody" }, ["--url", $"{host.Url}", .. LoadTestScript.Short]);

        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.Equal(
            $"{host.Url}1/push/room?rid=2000000000 answered 401 "
            + """{"ret":65535,"error":"x-goim-key is the key of no caller: expected one of Access__Callers."}: expected 200 and ret 1 """
            + "(GOIM_KEY is set, GOIM_FUNCTION_KEY is not set).\nNothing was measured.\n",
            run.Error);
        Assert.DoesNotContain("a-key-of-nobody", script.Left, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_that_are_refused_are_counted_and_the_first_answer_is_told()
    {
        var keys = new Dictionary<string, string>(LoadedHost.Keys) { ["GOIM_KEY"] = LoadedHost.RoomKey };

        var run = await script.RunAsync(keys, ["--url", $"{host.Url}", "--comet", host.Comet, "--jobs", "1", .. LoadTestScript.Short]);

        Assert.Equal(1, run.Code);
        Assert.Matches(
            "^push: ([0-9]+) of \\1 failed. The first: 403 \\{\"ret\":65535,\"error\":\"caller rooms .*push.user.*\"\\}\n"
            + "push/batch: ([0-9]+) of \\2 failed. The first: 200 .*line 1: caller rooms .*\n$",
            run.Error);
        var push = Row().Matches(run.Output).Single(row => row.Groups["part"].Value == "push");
        Assert.Equal(push.Groups["count"].Value, push.Groups["failed"].Value);
        Assert.Equal(0, Sum([.. script.Results["push/room"]], "Failed"));
    }

    [Fact]
    public async Task A_connection_that_is_closed_costs_one_request_and_is_opened_again()
    {
        await using var frontEnd = await ClosingFrontEnd.StartAsync(host.Url);

        var run = await script.RunAsync(
            LoadedHost.Keys,
            "--url", $"{frontEnd.Url}", "--comet", host.Comet, "--jobs", "1", "--rate", "100", "--duration", "1", "--warm-up", "0",
            "--clients", "20", "--connections", "4");

        Assert.Equal(1, run.Code);
        Assert.DoesNotContain("Partial", run.Error, StringComparison.Ordinal);
        Assert.Matches("(?m)^deliveries: [0-9]+ of [0-9]+ failed. The first: ", run.Error);
        string[] pushed = ["push/room", "push", "push/batch", "deliveries"];
        var results = pushed.Select(part => Assert.Single(script.Results[part]));
        Assert.All(results, static part => Assert.InRange((long)part["Failed"]!, 1, (long)part["Count"]! / 2));
        Assert.Equal(0, (int)Assert.Single(script.Results["deliveries"])["Count"]! % 20);
    }

    [Fact]
    public async Task A_comet_that_refuses_the_tokens_is_told()
    {
        var keys = new Dictionary<string, string> { ["GOIM_KEY"] = LoadedHost.Key };

        var run = await script.RunAsync(keys, ["--url", $"{host.Url}", "--comet", host.Comet, "--jobs", "1", .. LoadTestScript.Short]);

        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.Matches(
            $"^{Regex.Escape(host.Comet)}: the client of user 10000000[0-9]+: it sent \\{{\"reason\":\"token has 0 dots", run.Error);
    }

    [Fact]
    public async Task An_interrupted_load_test_ends_its_jobs_and_keeps_what_they_have_measured()
    {
        using var process = script.Start(
            LoadedHost.Keys, "--url", $"{host.Url}", "--comet", host.Comet, "--duration", "1000", "--warm-up", "0", "--clients", "20");
        await script.UntilMeasuredAsync("connections");

        var run = await BenchmarksProgram.InterruptAsync(process);

        Assert.Equal(130, run.Code);
        Assert.Equal("connections", Row().Match(run.Output).Groups["part"].Value);
        Assert.EndsWith(
            $"Partial: the load test was interrupted. What the jobs had measured is in {script.Folder}.\n",
            run.Error,
            StringComparison.Ordinal);
    }

    public void Dispose() => script.Dispose();

    private static double Sum(JsonNode[] jobs, string name) => jobs.Sum(job => (double)job[name]!);

    private static double Number(Match row, string name) => double.Parse(row.Groups[name].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        "^(?<part>[a-z/]+) +(?<rate>[0-9.]+)  [a-z]+ +(?<jobs>[0-9]+) +[0-9.]+ +(?<count>[0-9]+) +(?<failed>[0-9]+)"
        + " +[0-9.]+ +(?<p99>[0-9.]+) +[0-9.]+$",
        RegexOptions.Multiline)]
    private static partial Regex Row();
}
