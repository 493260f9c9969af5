using System.CommandLine;
using Goim.Benchmarks.Capacity;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.LoadTest;

/// <summary><c>load-sum</c>: adds up what the jobs of a load test have printed.</summary>
internal static class LoadSumCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "What each load-job has printed.",
            Arity = ArgumentArity.OneOrMore,
        };
        var appCores = CapacityCommand.Number("--app-cores", 1, "Cores of the app: instances times cores of an instance.");
        var cometCores = CapacityCommand.Number("--comet-cores", 1, "Cores of all comets.");
        var host = CapacityCommand.Number(
            "--host-us", MeasuredCosts.HostUs, "CPU microseconds of the Functions host per request. LocalHost has no Functions host: 0.");
        var command = new Command(
            "load-sum",
            "Prints the sum of what the jobs of a load test have measured, and beside it what the formula of docs/performance.md expects. "
            + "The exit code is 1 if a job failed or did not finish.")
        {
            files, appCores, cometCores, host,
        };
        command.SetAction((parsed, cancellationToken) => CommandRunner.RunAsync(async () =>
        {
            var jobs = new List<(string File, PartResult[] Results, bool IsFinished)>();
            foreach (var file in parsed.GetValue(files)!)
            {
                var lines = await ReadAsync(file, cancellationToken);
                jobs.Add((file, [.. PartResult.Read(lines)], lines.Contains(PartResult.Finished)));
            }

            PartResult[] results = [.. jobs.SelectMany(job => job.Results)];
            var partial = jobs.FindAll(job => !job.IsFinished);
            if (results.Length > 0)
            {
                PartTable.Print(Console.Out, results);
                Console.WriteLine();
                Console.WriteLine(jobs.Count == 1 ? "One job." : "Rates and counts are the sums of the jobs. Times are the slowest job's.");
                Console.WriteLine();
                new ExpectedTable(parsed.GetValue(appCores), parsed.GetValue(cometCores), parsed.GetValue(host))
                    .Print(Console.Out, results);
            }

            foreach (var (file, measured, _) in partial)
            {
                await Console.Error.WriteLineAsync(measured.Length == 0
                    ? $"Partial: {file} has no results."
                    : $"Partial: {file} ends after {measured[^1].Part}.");
            }

            return partial.Count > 0 || results.Any(result => result.Failed > 0) ? 1 : 0;
        }));
        return command;
    }

    private static async Task<string[]> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllLinesAsync(file, cancellationToken);
        }
        catch (IOException failure)
        {
            throw new TargetFailure($"{file} cannot be read: {failure.Message}", failure);
        }
    }
}
