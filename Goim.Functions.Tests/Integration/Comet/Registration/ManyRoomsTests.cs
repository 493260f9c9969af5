using System.Globalization;
using Goim.Functions.Tests.Hosting;
using Goim.Logic;
using Goim.Logic.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Comet.Registration;

/// <summary>The rooms of clients' tokens come with the answers to their connects.</summary>
public sealed class ManyRoomsTests
{
    private const int Clients = 1_000;

    // Their answer has 11 MB.
    [Fact]
    public async Task A_thousand_clients_with_a_thousand_rooms_each_connect_in_one_call()
    {
        await using var host = await TestHost.StartAsync(
            ["1"], [], configure: builder => builder.Services.AddSingleton<ITokenAuthenticator, LargeRooms>());
        await using var facade = await FacadeProxy.StartAsync(host);
        await using var comet = await TestRegistrar.StartReadyAsync(facade.Url);

        // Two calls may be under way. The clients that come meanwhile share the next one: that of the first call which is answered.
        facade.Passes = static path => path == "/1/connects" ? Passing.Held : Passing.Passed;
        var first = comet.ConnectAsync("1");
        await Eventually.UntilAsync(() => facade.Held == 1);
        var firstReleased = facade.Released;
        facade.Released = FacadeProxy.NewRelease();
        var second = comet.ConnectAsync("2");
        await Eventually.UntilAsync(() => facade.Held == 2);
        var others = Enumerable.Range(3, Clients).Select(user => comet.ConnectAsync($"{user}")).ToArray();
        facade.Passes = static _ => Passing.Passed;
        firstReleased.SetResult();
        var connected = await Task.WhenAll([first, .. others]);
        facade.Released.SetResult();

        foreach (var client in connected.Append(await second))
        {
            var rights = client.Connection.RoomRights!;
            Assert.Equal((1_000, LargeRooms.First, true), (rights.Rooms.Length, rights.Rooms[0], rights.Allow(int.MaxValue)));
        }

        Assert.Contains(facade.Bodies("/1/connects"), static body => body.Length > 30 * Clients);
    }

    private sealed class LargeRooms : ITokenAuthenticator
    {
        public const int First = int.MaxValue - 999;

        public ValueTask<Outcome<Identity>> AuthenticateAsync(string token, CancellationToken cancellationToken) =>
            ValueTask.FromResult<Outcome<Identity>>(new Identity(
                long.Parse(token, CultureInfo.InvariantCulture), 1, null, [.. Enumerable.Range(First, 1_000)]));
    }
}
