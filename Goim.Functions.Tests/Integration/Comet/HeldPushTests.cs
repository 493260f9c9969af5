using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>Between the node's put and the comet's own registration of a connection.</summary>
public sealed class HeldPushTests
{
    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task A_push_in_between_is_delivered_after_op_8_in_order(string scheme)
    {
        await using var host = await TestHost.StartAsync();
        await using var facade = await FacadeProxy.StartAsync(host);
        using var comet = await CometProcess.StartAsync(host, facade.Url);
        facade.Passes = HoldConnects;
        using var client = await CometClient.OpenAsync(scheme == "tcp" ? comet.Tcp : comet.WebSocket);
        await client.SendAsync(CometPacket.Auth("42"));
        await Eventually.UntilAsync(() => facade.Held == 1);

        await host.PushAsync("push?uid=42", "one");
        await Eventually.UntilAsync(async () => await comet.StatAsync("held", "messages") == 1);
        await host.PushAsync("push?uid=42", "two");
        await Eventually.UntilAsync(async () => await comet.StatAsync("held", "messages") == 2);
        facade.Released.SetResult();

        Assert.Equal(8, (await client.ReceiveAsync())!.Op);
        await client.ExpectAsync("one");
        await client.ExpectAsync("two");
        await client.AnswersHeartbeatAsync();
    }

    [Fact]
    public async Task A_client_that_leaves_in_between_leaves_no_session()
    {
        await using var host = await TestHost.StartAsync();
        await using var facade = await FacadeProxy.StartAsync(host);
        using var comet = await CometProcess.StartAsync(host, facade.Url);
        facade.Passes = HoldConnects;
        using (var client = await CometClient.OpenAsync(comet.Tcp))
        {
            await client.SendAsync(CometPacket.Auth("42"));
            await Eventually.UntilAsync(() => facade.Held == 1);
        }

        Assert.Equal(1, await host.SessionsAsync(42));
        facade.Released.SetResult();

        await Eventually.UntilAsync(async () => await host.SessionsAsync(42) == 0);
    }

    private static Passing HoldConnects(string path) => path == "/1/connects" ? Passing.Held : Passing.Passed;
}
