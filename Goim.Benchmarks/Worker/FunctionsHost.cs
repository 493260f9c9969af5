using System.Diagnostics;
using System.Net;
using Goim.Benchmarks.Targets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Benchmarks.Worker;

/// <summary>
/// Stands in for the Functions host: starts a published worker, hands it requests over gRPC as the host does, and answers with what it
/// returns. It checks no keys and sends no records.
/// </summary>
internal sealed class FunctionsHost : IAsyncDisposable
{
    private const string Program = "Goim.Functions.dll";

    private readonly WebApplication app;
    private readonly string folder;
    private readonly WorkerConnection connection;
    private Process? worker;

    private FunctionsHost(WebApplication app, string folder, WorkerConnection connection) =>
        (this.app, this.folder, this.connection) = (app, folder, connection);

    /// <summary>Where it takes requests.</summary>
    public Uri Requests => new(app.Urls.First());

    public Process Worker => worker!;

    /// <summary>Ends when the worker has connected.</summary>
    public Task Connected => connection.Connected;

    /// <summary>Ends when the worker has loaded all functions.</summary>
    public Task Loaded => connection.Loaded;

    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, Program));

    /// <summary>Starts to listen.</summary>
    /// <param name="folder">Folder of a published build of Goim.Functions.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="TargetFailure">The folder has no such build.</exception>
    public static async Task<FunctionsHost> StartAsync(string folder, CancellationToken cancellationToken)
    {
        if (!IsIn(folder))
        {
            throw new TargetFailure($"{folder} has no {Program}.");
        }

        var connection = new WorkerConnection(Path.GetFullPath(folder));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, static workers => workers.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddRouting();
        builder.Services.AddGrpc(static grpc => (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (null, null));
        builder.Services.AddSingleton(connection);
        var app = builder.Build();
        app.MapGrpcService<WorkerConnection>();
        app.MapFallback("{**route}", http => HttpInvocation.RunAsync(http, connection));
        await app.StartAsync(cancellationToken);
        return new(app, folder, connection);
    }

    /// <summary>Starts the worker.</summary>
    /// <param name="settings">Its environment variables, beside those of this process, as NAME=VALUE.</param>
    public void StartWorker(IEnumerable<string> settings)
    {
        var path = Path.GetFullPath(folder);
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Path.Combine(path, Program), $"--Functions:Worker:HostEndpoint={app.Urls.Last()}", "--Functions:Worker:WorkerId=1",
                "--Functions:Worker:RequestId=1", $"--Functions:Worker:GrpcMaxMessageLength={int.MaxValue}",
            ])
        {
            WorkingDirectory = path,
            RedirectStandardOutput = true,
            Environment = { ["FUNCTIONS_APPLICATION_DIRECTORY"] = path, ["Connect__Tokens"] = "UserId" },
        };
        foreach (var setting in settings.Select(static setting => setting.Split('=', 2)))
        {
            start.Environment[setting[0]] = setting[^1].Length == 0 ? null : setting[^1];
        }

        worker = Process.Start(start)!;
        _ = worker.StandardOutput.ReadToEndAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (worker is not null)
        {
            worker.Kill();
            await worker.WaitForExitAsync();
            worker.Dispose();
        }

        await app.DisposeAsync();
    }
}
