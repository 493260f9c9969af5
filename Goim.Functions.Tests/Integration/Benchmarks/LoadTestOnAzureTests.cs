using System.Diagnostics;
using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Benchmarks;

/// <summary><c>load-test --azure</c> with a stand-in for the Azure CLI, which runs the real jobs on this machine.</summary>
public sealed partial class LoadTestOnAzureTests(LoadedHost host) : IClassFixture<LoadedHost>, IDisposable
{
    // The lines of the logs are there at the second query only.
    private const string Az =
        """
        #!/usr/bin/env bash
        set -euo pipefail
        cd "$(dirname "$0")"
        printf '%s\n' "$*" >>calls
        case "$*" in
          'acr list '*) echo crabcdefghijklm ;;
          'acr build '*) ;;
          'functionapp config appsettings list '*) echo Connect__Jwt__Keys__1 ;;
          'deployment group create '*)
            [ ! -e refused ] || exit 3
            for argument; do
              case $argument in
                arguments=*) printf '%s' "${argument#arguments=}" | tr -d '[]"' | tr , '\n' >arguments ;;
                jobs=*) echo "${argument#jobs=}" >jobs ;;
              esac
            done
            echo job-load-abcdefghijklm ;;
          'containerapp job start '*)
            mapfile -t arguments <arguments
            for job in $(seq "$(cat jobs)"); do dotnet "$GOIM_BENCHMARKS" "${arguments[@]}" >"replica-$job" & done
            wait
            echo job-load-abcdefghijklm-x1 ;;
          'containerapp job execution show '*) cat state ;;
          'monitor log-analytics workspace list '*) echo the-workspace ;;
          'monitor log-analytics query '*)
            [ "$AZURE_EXTENSION_USE_DYNAMIC_INSTALL" = yes_without_prompt ]
            [ -e queried ] || { touch queried && exit; }
            for job in $(seq "$(cat jobs)"); do sed "s/^/job-load-abcdefghijklm-x1-$job\t/" "replica-$job"; done ;;
          *) exit 1 ;;
        esac
        """;

    private readonly LoadTestScript script = new();
    private readonly string folder = Directory.CreateTempSubdirectory("az-").FullName;

    [Fact]
    public async Task The_jobs_of_a_Container_Apps_job_are_collected_from_the_logs()
    {
        var run = await RunAsync("Succeeded");

        Assert.Equal(0, run.Code);
        Assert.Matches("(?m)^churn +[0-9.]+  connects +2 ", run.Output);
        Assert.Equal(2, Directory.GetFiles(script.Folder, "job-*.txt").Length);
        var calls = await File.ReadAllTextAsync(Path.Combine(folder, "calls"));
        Assert.Contains("--file " + Path.GetDirectoryName(LoadTestScript.Path) + "/Dockerfile ", calls, StringComparison.Ordinal);
        Assert.Matches(Deployment(), calls);
        Assert.DoesNotContain(LoadedHost.Key, calls + script.Left, StringComparison.Ordinal);
        Assert.DoesNotContain(LoadedHost.JwtKey, calls + script.Left, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_execution_that_failed_is_told_with_what_its_jobs_have_measured()
    {
        var run = await RunAsync("Failed");

        Assert.Equal(1, run.Code);
        Assert.Contains("job-load-abcdefghijklm-x1: Failed.\n", run.Error, StringComparison.Ordinal);
        Assert.Matches("(?m)^push/room +[0-9.]+  requests +2 ", run.Output);
    }

    [Fact]
    public async Task A_job_that_is_not_deployed_is_told_with_what_helps()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "refused"), "");

        var run = await RunAsync("Succeeded");

        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.EndsWith(
            "The job was not deployed. If this is the first run, its role assignments may not be in effect yet: run it again.\n",
            run.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_execution_whose_state_az_cannot_tell_is_named_and_not_waited_for()
    {
        var run = await RunAsync(state: null);

        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.EndsWith(
            "az did not tell the state of job-load-abcdefghijklm-x1 of job-load-abcdefghijklm 10 times in a row. "
            + "It may still run: az containerapp job stop ends it.\nNothing was measured.\n",
            run.Error,
            StringComparison.Ordinal);
    }

    public void Dispose()
    {
        script.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    // Without a state az fails when it is asked for it.
    private async Task<BenchmarksProgram.Result> RunAsync(string? state)
    {
        if (state is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "state"), state);
        }

        foreach (var (name, text) in new[] { ("az", Az), ("sleep", "#!/bin/sh\n") })
        {
            var program = Path.Combine(folder, name);
            await File.WriteAllTextAsync(program, text);
            await Process.Start("chmod", ["500", program]).WaitForExitAsync();
        }

        var environment = new Dictionary<string, string>(LoadedHost.Keys)
        {
            ["GOIM_JWT_ISSUER"] = "https://issuer.example",
            ["PATH"] = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}",
        };
        return await script.RunAsync(
            environment,
            ["--azure", "rg-load", "--yes-load-this-app", "--url", $"{host.Url}", "--comet", host.Comet, .. LoadTestScript.Short]);
    }

    [GeneratedRegex(
        "(?m)^deployment group create --resource-group rg-load .*/infra/load-test\\.bicep "
        + "--parameters token=abcdefghijklm image=goim-load:[0-9]{14} jobs=2 "
        + "arguments=\\[\"load-job\",\"--yes-load-this-app\",\"--url\",.*\\] hasJwtKeys=true "
        + "jwtIssuer=https://issuer\\.example jwtAudience= ")]
    private static partial Regex Deployment();
}
