using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Goim.Functions.Tests.Hosting;

/// <summary>LocalHost in a process of its own, with its comet, callers and signed tokens, for load tests.</summary>
public sealed partial class LoadedHost : IAsyncLifetime
{
    internal const string Key = "a-key-for-users-and-rooms", RoomKey = "a-key-for-rooms-alone";

    /// <summary>In base64.</summary>
    internal const string JwtKey = "bG9hZC10ZXN0LWxvYWQtdGVzdC1sb2FkLXRlc3QtMTI=";

    private LocalHostProcess host = null!;

    /// <summary>Base URL of the app.</summary>
    internal Uri Url { get; private set; } = null!;

    /// <summary>Where clients connect.</summary>
    internal string Comet => $"ws://{Url.Authority}/sub";

    /// <summary>The keys of a caller that may do what a load test does.</summary>
    internal static Dictionary<string, string> Keys => new() { ["GOIM_KEY"] = $"{Key},its-next-key", ["GOIM_JWT_KEY"] = JwtKey };

    public async Task InitializeAsync()
    {
        var settings = new Dictionary<string, string>
        {
            ["Access__Callers__load__Key"] = Key,
            ["Access__Callers__load__Scopes"] = "push.user,push.room",
            ["Access__Callers__rooms__Key"] = RoomKey,
            ["Access__Callers__rooms__Scopes"] = "push.room",
            ["Connect__Tokens"] = "Jwt",
            ["Connect__Jwt__Keys__tests"] = JwtKey,
            ["Comet__Embedded"] = "true",
            ["Comet__TcpPort"] = "0",
        };
        host = LocalHostProcess.Start(settings, "--urls=http://127.0.0.1:0");
        Url = new Uri(Address().Match(await host.ReadToAsync("Ctrl+C")).Value);
        _ = host.EndAsync();
        using var http = new HttpClient { BaseAddress = Url };
        await Eventually.UntilAsync(async () => await http.GetStringAsync("/monitor/ping") == "ok");
    }

    /// <summary>Ends the process at once.</summary>
    internal void Kill()
    {
        using var process = Process.GetProcessById(host.ProcessId);
        process.Kill();
    }

    public Task DisposeAsync()
    {
        host.Dispose();
        return Task.CompletedTask;
    }

    [GeneratedRegex("http://127.0.0.1:[0-9]+(?=/1/push)")]
    private static partial Regex Address();
}
