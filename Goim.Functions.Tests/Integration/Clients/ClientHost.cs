using Goim.Client;
using Goim.Functions.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Clients;

/// <summary>A host for the tests of a class.</summary>
public sealed class ClientHost : HostFixture
{
    private protected override async Task<TestHost?> StartAsync() => await TestHost.StartAsync();
}

/// <summary>Clients of hosts.</summary>
internal static class ClientsOfHosts
{
    /// <summary>A client as a backend makes it. A host without storage takes no idempotency keys.</summary>
    public static ServiceProvider NewClient(this TestHost host, Action<GoimClientOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddGoimClient(options =>
        {
            options.BaseAddress = host.Http.BaseAddress;
            options.UseIdempotencyKeys = false;
            configure?.Invoke(options);
        });
        return services.BuildServiceProvider();
    }
}
