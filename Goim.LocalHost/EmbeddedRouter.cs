using Goim.Router;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost;

/// <summary>A router node in this process, for when <c>Router__Nodes__*</c> names none.</summary>
internal sealed class EmbeddedRouter : IAsyncDisposable
{
    private readonly WebApplication node;

    private EmbeddedRouter(WebApplication node) => this.node = node;

    public string Address => node.Urls.First();

    public static bool IsConfigured(IConfiguration configuration) => configuration.GetSection("Router:Nodes").Exists();

    /// <summary>The settings that name the node.</summary>
    public static Dictionary<string, string?> Settings(string address) => new() { ["Router:Nodes:1"] = address };

    /// <summary>Starts a node on a free port of 127.0.0.1 with the <c>RouterNode__*</c> settings of <paramref name="configuration"/>.</summary>
    public static async Task<EmbeddedRouter> StartAsync(IConfiguration configuration)
    {
        var node = RouterNode.Build(["--urls", "http://127.0.0.1:0"], builder =>
        {
            builder.Configuration.AddInMemoryCollection(configuration.GetSection(RouterNodeOptions.Section).AsEnumerable());
            builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning); // The banner says where it listens.
            builder.Services.AddSingleton<IHostLifetime, LocalHostsOwn>();
        });
        node.Services.GetRequiredService<IStartupValidator>().Validate();
        await node.StartAsync();
        return new EmbeddedRouter(node);
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    // Ctrl+C is the local host's to hear; the node ends when the last function has.
    private sealed class LocalHostsOwn : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
