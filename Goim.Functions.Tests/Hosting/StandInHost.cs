using System.Diagnostics;

namespace Goim.Functions.Tests.Hosting;

/// <summary>
/// The function app's worker under Goim.Benchmarks' stand-in for the Functions host, without broker and router nodes: requests go through
/// the genuine worker packages.
/// </summary>
public sealed class StandInHost : IAsyncLifetime
{
    private const string Answers = " answers on ";
    private readonly string[] settings;
    private Process? process;

    public StandInHost()
        : this([])
    {
    }

    /// <param name="settings">More settings of the worker: <c>NAME=VALUE</c>.</param>
    internal StandInHost(params string[] settings) => this.settings = settings;

    public HttpClient Http { get; } = new();

    public async Task InitializeAsync()
    {
        process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                BenchmarksProgram.Assembly, "functions-host", Path.GetDirectoryName(WorkerProcess.Assembly())!,
                "--setting", "KafkaBrokers=127.0.0.1:1", "--setting", "Router__Nodes__1=http://127.0.0.1:1",
                .. settings.SelectMany(static setting => new[] { "--setting", setting }),
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        using var limit = new CancellationTokenSource(Eventually.Limit);
        var line = await process.StandardOutput.ReadLineAsync(limit.Token);
        Assert.Contains(Answers, line, StringComparison.Ordinal);
        Http.BaseAddress = new Uri(line!.Split(Answers)[1]);
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();

        // It ends the worker, and then itself, when its standard input ends.
        process!.StandardInput.Close();
        using var limit = new CancellationTokenSource(Eventually.Limit);
        await process.WaitForExitAsync(limit.Token);
        process.Dispose();
    }
}
