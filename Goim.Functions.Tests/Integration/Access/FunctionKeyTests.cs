using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Access;

/// <summary>What function keys are worth beside callers: <c>Access__KeepFunctionKeys</c>.</summary>
public sealed class FunctionKeyTests
{
    private const string FunctionKey = "x-functions-key: " + CallersHost.FunctionKey;

    [Theory]
    [InlineData("--LocalHost:RequireKeys=true")]
    [InlineData("--LocalHost:RequireKeys=false")]
    public async Task With_either_a_caller_needs_no_function_key(string required)
    {
        await using var host = await CallersHost.StartAsync("--Access:KeepFunctionKeys=either", required);

        Assert.Equal(200, (await PushAsync(host, CallerRequests.Key("push.all"))).Status);
        Assert.Equal(200, (await PushAsync(host, FunctionKey)).Status);
        (await PushAsync(host)).Is(401, "the request names no caller: expected x-goim-key or a function key.");
    }

    [Fact]
    public async Task With_none_a_function_key_opens_nothing()
    {
        await using var host = await CallersHost.StartAsync("--Access:KeepFunctionKeys=none", "--LocalHost:RequireKeys=true");

        Assert.Equal(200, (await PushAsync(host, CallerRequests.Key("push.all"))).Status);
        (await PushAsync(host, FunctionKey)).Is(401, "the request names no caller: expected x-goim-key.");
        Assert.Single(host.Records());
    }

    [Fact]
    public async Task With_both_a_caller_needs_a_function_key_too()
    {
        await using var host = await CallersHost.StartAsync("--Access:KeepFunctionKeys=both", "--LocalHost:RequireKeys=true");

        Assert.Equal(200, (await PushAsync(host, CallerRequests.Key("push.all"), FunctionKey)).Status);
        (await PushAsync(host, FunctionKey)).Is(401, "the request names no caller: expected x-goim-key.");
        var refused = await PushAsync(host, CallerRequests.Key("push.all"));
        Assert.Equal((401, ""), (refused.Status, refused.Body));
        Assert.Equal(401, (await host.SendAsync("GET", "/local/settings", "", CallerRequests.Key("read"))).Status);
        Assert.Single(host.Records());
    }

    [Theory]
    [InlineData("either")]
    [InlineData("none")]
    [InlineData("both")]
    public async Task The_embedded_comet_is_a_caller_of_its_own(string use)
    {
        await using var host = await CallersHost.StartAsync(
            $"--Access:KeepFunctionKeys={use}", "--LocalHost:RequireKeys=true", "--Comet:Embedded=true", "--Comet:ServerId=3",
            "--Comet:TcpPort=0");

        using var client = await CometClient.ConnectAsync(new Uri($"ws://{host.Http.BaseAddress!.Authority}/sub"), "42");
        Assert.Equal(200, (await PushAsync(host, CallerRequests.Key("push.all"), FunctionKey)).Status);
        await client.ExpectAsync("m");
    }

    private static Task<RawAnswer> PushAsync(TestHost host, params string[] headers) => host.SendAsync("POST", "/1/push/all", "m", headers);
}
