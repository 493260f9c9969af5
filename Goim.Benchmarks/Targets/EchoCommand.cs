using System.CommandLine;
using System.IO.Pipelines;
using System.Text;
using Goim.LocalHost;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Goim.Benchmarks.Targets;

/// <summary><c>echo</c>: runs Kestrel with a constant response, to measure what HTTP alone costs.</summary>
internal static class EchoCommand
{
    private static readonly byte[] ResponseBody = Encoding.ASCII.GetBytes("{\"ret\":1}");

    public static Command Create()
    {
        var url = new Option<string>("--url")
        {
            DefaultValueFactory = _ => "http://127.0.0.1:0",
            Description = "URL to listen on, http only. Port 0 takes any free port.",
        };
        var command = new Command(
            "echo",
            "Runs a bare Kestrel until Ctrl+C. It reads each request and answers {\"ret\":1}, as a push does, so it shows what HTTP alone "
            + "costs. Measure it with `load --url`, or next to the app with `compare echo this`, which starts it with the local host's "
            + "runtime settings.")
        {
            url,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore()
                .UseUrls(parsed.GetValue(url)!)
                .ConfigureKestrel(static kestrel => kestrel.AddServerHeader = false);
            await using var app = builder.Build();
            app.Run(AnswerAsync);
            await app.StartAsync(cancellationToken);
            Console.WriteLine($"Echo on {app.Urls.First()}");
            await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(static _ => { }, TaskScheduler.Default);
        });
        return command;
    }

    /// <summary>Starts the command in a separate process, with the local host's runtime settings.</summary>
    public static Task<(WatchedProcess Process, string Address)> StartAsync(IEnumerable<KeyValuePair<string, string>> environment)
    {
        var settings = Path.ChangeExtension(typeof(LocalHostApp).Assembly.Location, ".runtimeconfig.json");
        var program = typeof(EchoCommand).Assembly.Location;
        var dependencies = Path.ChangeExtension(program, ".deps.json");
        return WatchedProcess.StartAsync(
            "app",
            ["exec", "--runtimeconfig", settings, "--depsfile", dependencies, program, "echo"],
            environment,
            StartedApp.AddressIn("Echo on "));
    }

    private static async Task AnswerAsync(HttpContext http)
    {
        ReadResult read;
        do
        {
            read = await http.Request.BodyReader.ReadAsync();
            http.Request.BodyReader.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);

        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = ResponseBody.Length;
        await http.Response.Body.WriteAsync(ResponseBody);
    }
}
