using Goim.Comet.Wire;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet.Registration;

/// <summary>Something between the comet and the facade answers.</summary>
public sealed class GatewayTests
{
    private const string Connects = "/1/connects";

    [Fact]
    public async Task A_client_does_not_wait_for_the_repeats_of_a_call_that_something_else_has_answered()
    {
        await using var host = await TestHost.StartAsync();
        await using var facade = await FacadeProxy.StartAsync(host);
        await using var comet = await TestRegistrar.StartReadyAsync(facade.Url);
        var calls = 0;
        facade.Passes = path => path != Connects ? Passing.Passed
            : Interlocked.Increment(ref calls) == 1 ? Passing.Broken
            : Passing.Held;

        Assert.Same(Farewell.Unavailable, await comet.NewClient().ConnectAsync("42"));

        await host.UntilKeysAsync("42_1");
        Assert.Equal(2, facade.Bodies(Connects).Length);
        facade.Released.SetResult();
        await host.UntilKeysAsync();
    }
}
