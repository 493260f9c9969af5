using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.Logic.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.LocalHost;

/// <summary>What <c>/local/settings</c> tells besides the broker and the router nodes.</summary>
public sealed class LocalSettingsTests
{
    [Fact]
    public async Task What_is_not_set_is_off()
    {
        await using var host = await TestHost.StartAsync();

        var settings = await SettingsAsync(host);

        Assert.Equal(
            ["kafka", "router", "comet", "storage", "tokens", "access", "instance"],
            settings.EnumerateObject().Select(static member => member.Name));
        Assert.Equal("""{"embedded":false,"webSocket":null,"tcp":null}""", Raw(settings, "comet"));
        Assert.Equal("""{"on":false}""", Raw(settings, "storage"));
        Assert.Equal("\"UserId\"", Raw(settings, "tokens"));
        Assert.Equal("""{"requireKeys":false,"callers":[]}""", Raw(settings, "access"));
    }

    [Fact]
    public async Task The_embedded_comet_is_named_with_its_addresses()
    {
        await using var host = await CometHost.StartAsync();

        var comet = Raw(await SettingsAsync(host), "comet");

        var port = host.Setting("Comet:TcpPort");
        var authority = host.Http.BaseAddress!.Authority;
        Assert.Equal($$"""{"embedded":true,"webSocket":"ws://{{authority}}/sub","tcp":"tcp://127.0.0.1:{{port}}"}""", comet);
    }

    [Fact]
    public async Task Callers_are_named_in_order_and_without_the_one_of_LocalHost()
    {
        await using var host = await TestHost.StartAsync(
            "--Comet:Embedded=true", "--Comet:TcpPort=0", "--LocalHost:RequireKeys=true", "--LocalHost:Keys:k=a-function-key",
            "--Access:Callers:b:Key=a-key-of-the-caller-b", "--Access:Callers:b:Scopes=read",
            "--Access:Callers:C:Key=a-key-of-the-caller-C", "--Access:Callers:C:Scopes=read");
        host.Http.DefaultRequestHeaders.Add("x-functions-key", "a-function-key");

        var settings = await SettingsAsync(host);

        Assert.Equal("""{"requireKeys":true,"callers":["C","b"]}""", Raw(settings, "access"));
        Assert.Equal(JsonValueKind.Null, settings.GetProperty("comet").GetProperty("tcp").ValueKind);
        Assert.DoesNotContain("a-key-of", settings.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("a-function-key", settings.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signed_tokens_and_storage_are_named_without_their_keys()
    {
        await using var host = await TestHost.StartAsync(
            "--Connect:Tokens=Jwt", "--Connect:Jwt:Keys:a=b25seS1mb3ItdGhlLXRlc3RzLW9mLXRva2Vucy0wMDE=",
            "--AzureWebJobsStorage=DefaultEndpointsProtocol=http;AccountName=a;AccountKey=c2VjcmV0;"
            + $"QueueEndpoint={Nowhere};BlobEndpoint={Nowhere}");

        var settings = await SettingsAsync(host);

        Assert.Equal("\"Jwt\"", Raw(settings, "tokens"));
        Assert.Equal("""{"on":true}""", Raw(settings, "storage"));
        Assert.DoesNotContain("b25seS1", settings.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", settings.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_of_another_kind_are_custom()
    {
        await using var host = await TestHost.StartAsync(
            ["1"], [], configure: static builder => builder.Services.AddSingleton<ITokenAuthenticator, RoomTokens>());

        Assert.Equal("\"Custom\"", Raw(await SettingsAsync(host), "tokens"));
    }

    [Fact]
    public async Task Each_start_is_another_instance()
    {
        await using var one = await TestHost.StartAsync();
        await using var other = await TestHost.StartAsync();

        var instance = (await SettingsAsync(one)).GetProperty("instance").GetString()!;

        Assert.Matches("^[0-9a-f]{16}$", instance);
        Assert.Equal(instance, (await SettingsAsync(one)).GetProperty("instance").GetString());
        Assert.NotEqual(instance, (await SettingsAsync(other)).GetProperty("instance").GetString());
    }

    private static string Nowhere => $"http://127.0.0.1:{Ports.Next()}/a";

    private static async Task<JsonElement> SettingsAsync(TestHost host) =>
        JsonElement.Parse(await host.Http.GetStringAsync("/local/settings"));

    private static string Raw(JsonElement settings, string member) => settings.GetProperty(member).GetRawText();
}
