using System.CommandLine;
using System.Globalization;
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
    private const string Empty = "{\"ret\":1}", Start = "{\"ret\":1,\"data\":\"", End = "\"}";
    private const int MaxBytes = 16 * 1024 * 1024;

    public static Command Create()
    {
        var url = new Option<string>("--url")
        {
            DefaultValueFactory = _ => "http://127.0.0.1:0",
            Description = "URL to listen on, http only. Port 0 takes any free port.",
        };
        var bytes = new Option<int?>("--bytes")
        {
            Description = $"Bytes of the answer, {Start.Length + End.Length} to {MaxBytes}. Default: those of {Empty}.",
        };
        bytes.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !IsSize(text))
            {
                result.AddError($"--bytes is {text}: expected {Start.Length + End.Length} to {MaxBytes}.");
            }
        });
        var command = new Command(
            "echo",
            "Runs a bare Kestrel until Ctrl+C. It reads each request and answers {\"ret\":1}, as a push does, so it shows what HTTP alone "
            + "costs. Measure it with `load --url`, or next to the app with `compare echo this`, which starts it with the local host's "
            + "runtime settings.")
        {
            url, bytes,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore()
                .UseUrls(parsed.GetValue(url)!)
                .ConfigureKestrel(static kestrel => kestrel.AddServerHeader = false);
            await using var app = builder.Build();
            var body = Body(parsed.GetValue(bytes));
            app.Run(http => AnswerAsync(http, body));
            await app.StartAsync(cancellationToken);
            Console.WriteLine($"Echo on {app.Urls.First()}");
            await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(static _ => { }, TaskScheduler.Default);
        });
        return command;
    }

    /// <summary>Starts the command in a separate process, with the local host's runtime settings.</summary>
    /// <param name="size">Bytes of its answer. Empty for a push's answer.</param>
    /// <param name="environment">Environment variables.</param>
    public static Task<(WatchedProcess Process, string Address)> StartAsync(
        string size, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var settings = Path.ChangeExtension(typeof(LocalHostApp).Assembly.Location, ".runtimeconfig.json");
        var program = typeof(EchoCommand).Assembly.Location;
        var dependencies = Path.ChangeExtension(program, ".deps.json");
        return WatchedProcess.StartAsync(
            "app",
            [
                "exec", "--runtimeconfig", settings, "--depsfile", dependencies, program, "echo",
                .. size.Length == 0 ? (string[])[] : ["--bytes", size],
            ],
            environment,
            StartedApp.AddressIn("Echo on "));
    }

    /// <summary>Whether an answer may have that many bytes.</summary>
    public static bool IsSize(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
        && bytes >= Start.Length + End.Length && bytes <= MaxBytes;

    private static byte[] Body(int? bytes) => Encoding.ASCII.GetBytes(
        bytes is { } size ? $"{Start}{new string('x', size - Start.Length - End.Length)}{End}" : Empty);

    private static async Task AnswerAsync(HttpContext http, byte[] body)
    {
        ReadResult read;
        do
        {
            read = await http.Request.BodyReader.ReadAsync();
            http.Request.BodyReader.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);

        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body);
    }
}
