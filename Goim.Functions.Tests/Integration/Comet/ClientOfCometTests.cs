using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>The client command with a comet, the app and its broker.</summary>
public sealed class ClientOfCometTests
{
    [Theory]
    [InlineData("ws", false)]
    [InlineData("tcp", false)]
    [InlineData("ws", true)]
    [InlineData("tcp", true)]
    public async Task A_push_of_each_kind_arrives(string scheme, bool isNetStandard)
    {
        await using var host = await TestHost.StartAsync();
        var port = Ports.Next();
        await using var comet = await StartAsync(host, $"--Comet:TcpPort={port}");
        var server = scheme == "ws" ? $"ws://{comet.Http.BaseAddress!.Authority}/sub" : $"tcp://127.0.0.1:{port}";
        using var client = isNetStandard ? ClientProcess.StartNetStandard(server, "42") : ClientProcess.Start(server, "42");
        Assert.Equal($"Connected to {server}.", await client.NoteAsync());

        await PushAsync(host, "/1/push?uid=42", "to a user");
        Assert.Equal("to a user", await client.MessageAsync());
        await PushAsync(host, "/1/pushs", """{"m":{"to":"users"},"u":[41,42]}""");
        Assert.Equal("""{"to":"users"}""", await client.MessageAsync());
        await PushAsync(host, "/1/push/room?rid=1", "to a room");
        Assert.Equal("to a room", await client.MessageAsync());
        await PushAsync(host, "/1/push/all", "to everyone");
        Assert.Equal("to everyone", await client.MessageAsync());

        client.CtrlC();
        Assert.Equal((0, "", ""), await client.EndAsync());
    }

    [Fact]
    public async Task A_refused_token_ends_the_client_with_the_apps_sentence()
    {
        await using var host = await TestHost.StartAsync();
        await using var comet = await StartAsync(host);
        using var client = ClientProcess.Start($"ws://{comet.Http.BaseAddress!.Authority}/sub", "forty-two");

        var (code, output, error) = await client.EndAsync();

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("Disconnected: token is no user id: ", error, StringComparison.Ordinal);
        Assert.Single(error, character => character == '\n');
    }

    [Theory]
    [InlineData("ws", false)]
    [InlineData("tcp", false)]
    [InlineData("ws", true)]
    [InlineData("tcp", true)]
    public async Task A_client_comes_back_when_its_comet_is_replaced(string scheme, bool isNetStandard)
    {
        await using var host = await TestHost.StartAsync();
        var (web, tcp) = (Ports.Next(), Ports.Next());
        var server = scheme == "ws" ? $"ws://127.0.0.1:{web}/sub" : $"tcp://127.0.0.1:{tcp}";
        using var client = isNetStandard ? ClientProcess.StartNetStandard(server, "42") : ClientProcess.Start(server, "42");
        for (var i = 1; i <= 2; i++)
        {
            await using var comet = await StartAsync(host, $"--urls=http://127.0.0.1:{web}", $"--Comet:TcpPort={tcp}");
            while (!(await client.NoteAsync())!.StartsWith("Connected to ", StringComparison.Ordinal))
            {
                // It waits for its next attempt, or for a comet that is ready.
            }

            await PushAsync(host, "/1/push?uid=42", $"{i}");
            Assert.Equal($"{i}", await client.MessageAsync());
        }
    }

    private static async Task<CometProgram> StartAsync(TestHost host, params string[] settings)
    {
        var comet = await CometProgram.StartAsync(host.Http.BaseAddress!, TestHost.Brokers, host.Topic, settings);
        await comet.UntilPingAsync("ok");
        return comet;
    }

    private static async Task PushAsync(TestHost host, string route, string body)
    {
        using var answer = await host.Http.PostAsync(route, new StringContent(body));
        Assert.Equal("""{"ret":1}""", await answer.Content.ReadAsStringAsync());
    }
}
