using System.Security.Cryptography;
using Goim.Router;
using Goim.Router.Connections;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost;

/// <summary>
/// A router node in this process, on a free port of 127.0.0.1. It is named <c>1</c>. It has a token of its own, so that no other process
/// can call it.
/// </summary>
internal sealed class EmbeddedRouter : IAsyncDisposable
{
    private const int MostConnections = 100;
    private readonly WebApplication node;

    private EmbeddedRouter(WebApplication node, string token) => (this.node, Token) = (node, token);

    public string Address => node.Urls.First();

    /// <summary>A new one at each start. <c>RouterNode__Token</c> and <c>Router__Token</c> are for nodes elsewhere.</summary>
    public string Token { get; }

    /// <summary>True if no <c>Router__Nodes__*</c> is set.</summary>
    public static bool IsNeeded(IConfiguration configuration) => !configuration.GetSection("Router:Nodes").Exists();

    /// <summary>The settings that make the app use this node.</summary>
    public static Dictionary<string, string?> Settings(string address, string token) =>
        new() { ["Router:Nodes:1"] = address, ["Router:Token"] = token };

    public static string NewToken() => RandomNumberGenerator.GetHexString(64, lowercase: true);

    /// <summary>Starts a node with the <c>RouterNode__*</c> settings of <paramref name="configuration"/>.</summary>
    public static async Task<EmbeddedRouter> StartAsync(IConfiguration configuration)
    {
        var token = NewToken();
        var node = RouterNode.Build(["--urls", "http://127.0.0.1:0"], builder =>
        {
            builder.Configuration.AddInMemoryCollection(configuration.GetSection(RouterNodeOptions.Section).AsEnumerable());
            builder.Configuration.AddInMemoryCollection([new($"{RouterNodeOptions.Section}:{nameof(RouterNodeOptions.Token)}", token)]);
            builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning); // The banner prints the address.
            builder.Services.AddSingleton<IHostLifetime, NoLifetime>();

            // Kestrel's settings are those of LocalHost itself.
            builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Configure(new ConfigurationBuilder().Build()));

            // Only this process calls the node, with 100 calls a connection.
            builder.Services.AddSingleton(new ConnectionLimit(MostConnections));
        });
        node.Services.GetRequiredService<IStartupValidator>().Validate();
        await node.StartAsync();
        return new EmbeddedRouter(node, token);
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();
}
