using System.Security.Cryptography;
using Goim.Client;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Tokens;

/// <summary>Tokens that a backend makes with Goim.Client.</summary>
public sealed class GoimTokensTests
{
    private static readonly string Key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    [Fact]
    public async Task An_app_takes_them()
    {
        await using var host = await TestHost.StartAsync("--Connect:Tokens=Jwt", $"--Connect:Jwt:Keys:backend={Key}");

        await IsConnectedAsync(host, GoimTokens.For(42, room: 7, TimeSpan.FromMinutes(10), Key), "42_1", 7);
        await IsConnectedAsync(host, GoimTokens.For(long.MinValue, null, TimeSpan.FromDays(3_650), Key), "-9223372036854775808_1", -1);
        await IsConnectedAsync(host, GoimTokens.For(42, -1, TimeSpan.FromSeconds(1), Key, "issuer", "audience"), "42_2", -1);
    }

    [Fact]
    public async Task They_have_the_issuer_and_the_audience_that_an_app_asks_for()
    {
        await using var host = await TestHost.StartAsync(
            "--Connect:Tokens=Jwt", $"--Connect:Jwt:Keys:backend={Key}", "--Connect:Jwt:Issuer=backend", "--Connect:Jwt:Audience=goim");

        await IsConnectedAsync(host, GoimTokens.For(42, 7, TimeSpan.FromMinutes(10), Key, "backend", "goim"), "42_1", 7);
        (await host.PostAsync("/1/connect", Body(GoimTokens.For(42, 7, TimeSpan.FromMinutes(10), Key, "backend", "other"))))
            .IsRefused("token's audience (aud) is another: expected goim.");
    }

    [Fact]
    public void A_key_or_a_lifetime_out_of_range_is_refused_and_the_key_not_told()
    {
        IsRefused("The key is not base64: expected base64 of 32 bytes or more. (Parameter 'key')", TimeSpan.FromMinutes(1), "s3cret!");
        IsRefused("The key has 6 bytes: expected base64 of 32 bytes or more. (Parameter 'key')", TimeSpan.FromMinutes(1), "czNjcmV0");
        IsRefused(
            "The lifetime is 00:00:00: expected 1 s or more, up to the year 9999. (Parameter 'lifetime')", TimeSpan.Zero, Key);
        IsRefused(
            "The lifetime is 10675199.02:48:05.4775807: expected 1 s or more, up to the year 9999. (Parameter 'lifetime')",
            TimeSpan.MaxValue,
            Key);
    }

    private static void IsRefused(string message, TimeSpan lifetime, string key) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => GoimTokens.For(42, null, lifetime, key)).Message);

    private static async Task IsConnectedAsync(TestHost host, string token, string key, int room)
    {
        var answer = await host.PostAsync("/1/connect", Body(token));
        Assert.True(answer.Ret() == 1, answer.GetRawText());
        var data = answer.GetProperty("data");
        Assert.Equal((key, room), (data.GetProperty("key").GetString(), data.GetProperty("roomId").GetInt32()));
    }

    private static string Body(string token) => $$"""{"token":"{{token}}","server":3}""";
}
