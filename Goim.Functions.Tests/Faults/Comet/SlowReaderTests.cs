using Goim.Functions.Tests.Hosting;
using Goim.Logic.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Faults.Comet;

/// <summary>A client that takes nothing, while a thousand others take everything.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class SlowReaderTests
{
    /// <summary>A user that takes nothing, and its room.</summary>
    private const string Slow = "-5";

    /// <summary>The only other user in that room, who takes everything.</summary>
    private const string Quick = "-15";

    private const string ToSlow = $"push/room?rid={Slow}", ToSlowEnsured = $"{ToSlow}&ensure=1";

    private const int FirstOther = 10_001, Others = 1_000, Messages = 50, Floods = 40, FloodBytes = 500_000;

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task Without_ensure_it_loses_messages_and_stays(string scheme)
    {
        await using var host = await StartAsync();
        using var crowd = await CometCrowd.ConnectAsync(host, FirstOther, Others);
        using var slow = await host.ConnectAsync(scheme, Slow);

        var taken = await TakeSlowlyAsync(slow, Task.WhenAll(FloodAsync(host, ToSlow), OthersGetEverythingAsync(host, crowd)));

        var reading = TakeUntilAsync(slow, "later");
        await Eventually.UntilAsync(async () =>
        {
            await host.PushAsync($"push?uid={Slow}", "later");
            return reading.IsCompleted;
        });
        Assert.InRange(taken + await reading, 1, Floods - 1);
        Assert.Equal(1, await host.SessionsAsync(-5));
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task With_ensure_it_is_closed_as_too_slow(string scheme)
    {
        await using var host = await StartAsync();
        using var crowd = await CometCrowd.ConnectAsync(host, FirstOther, Others);
        using var slow = await host.ConnectAsync(scheme, Slow);
        var others = OthersGetEverythingAsync(host, crowd);
        await FloodAsync(host, ToSlowEnsured);

        var packet = await slow.ReceiveAsync();
        while (packet is { Op: 5 })
        {
            packet = await slow.ReceiveAsync();
        }

        Assert.Equal((6, """{"reason":"too slow","reconnect":true}"""), (packet?.Op ?? -1, packet?.Text));
        Assert.Null(await slow.ReceiveAsync());
        await others;
        await Eventually.UntilAsync(async () => await host.SessionsAsync(-5) == 0);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task One_that_takes_nothing_for_10_s_is_closed(string scheme)
    {
        await using var host = await StartAsync();
        using var slow = await host.ConnectAsync(scheme, Slow);
        using var quiet = await host.ConnectAsync(scheme, "6");
        await FloodAsync(host, ToSlow);

        await Eventually.UntilAsync(async () => await host.SessionsAsync(-5) == 0);

        await quiet.AnswersHeartbeatAsync();
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task One_that_asks_all_the_time_and_takes_no_answer_is_closed(string scheme)
    {
        await using var host = await StartAsync();
        using var client = await host.ConnectAsync(scheme, "7");
        var question = new CometPacket(4, new string('?', 1_000)).ToBytes();
        var questions = Enumerable.Repeat(scheme == "ws" ? new CometFrame(2, question).ToBytes() : question, 100)
            .SelectMany(static bytes => bytes).ToArray();

        var sent = 0L;
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
            {
                await client.SendBytesAsync(questions);
                sent += questions.Length;
            }
        });

        // What the sockets' buffers take, and little more.
        Assert.InRange(sent, 0, 64_000_000);
        await Eventually.UntilAsync(async () => await host.SessionsAsync(7) == 0);
    }

    private static Task<TestHost> StartAsync() => CometHost.StartAsync(
        ["1"], static builder => builder.Services.AddSingleton<ITokenAuthenticator, ModuloRooms>(), []);

    // Each message is sent when the one before has been delivered, since the embedded broker keeps few messages of this size.
    private static async Task FloodAsync(TestHost host, string route)
    {
        using var quick = await host.ConnectAsync("tcp", Quick);
        var message = new string('x', FloodBytes);
        for (var i = 0; i < Floods; i++)
        {
            await host.PushAsync(route, message);
            Assert.Equal(FloodBytes, (await quick.ReceiveAsync())?.Body.Length);
        }
    }

    // A message every three seconds: slow, but not as one that takes nothing. Returns how many it took.
    private static async Task<int> TakeSlowlyAsync(CometClient slow, Task meanwhile)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(3));
        var taken = 0;
        while (!meanwhile.IsCompleted)
        {
            await timer.WaitForNextTickAsync();
            Assert.Equal(FloodBytes, (await slow.ReceiveAsync())?.Body.Length);
            taken++;
        }

        await meanwhile;
        return taken;
    }

    // Returns how many messages came before.
    private static async Task<int> TakeUntilAsync(CometClient slow, string last)
    {
        for (var taken = 0; ; taken++)
        {
            var packet = await slow.ReceiveAsync();
            Assert.Equal(5, packet?.Op);
            if (packet!.Text == last)
            {
                return taken;
            }
        }
    }

    private static Task OthersGetEverythingAsync(TestHost host, CometCrowd crowd)
    {
        var pushing = Task.Run(async () =>
        {
            for (var i = 0; i < Messages; i++)
            {
                for (var room = 0; room < 10; room++)
                {
                    await host.PushAsync($"push/room?rid={room}", $"{room}: {i}");
                }
            }
        });
        var others = crowd.Clients.Select(async (client, index) =>
        {
            for (var i = 0; i < Messages; i++)
            {
                await client.ExpectAsync($"{(FirstOther + index) % 10}: {i}");
            }
        });
        return Task.WhenAll([pushing, .. others]);
    }
}
