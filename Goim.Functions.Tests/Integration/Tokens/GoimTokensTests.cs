using System.Security.Cryptography;
using System.Text.Json;
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
    public async Task They_name_the_rooms_that_a_client_may_change_to()
    {
        await using var host = await TestHost.StartAsync("--Connect:Tokens=Jwt", $"--Connect:Jwt:Keys:backend={Key}");

        string[] tokens =
        [
            GoimTokens.For(42, 7, TimeSpan.FromMinutes(10), Key, rooms: [0, 7, int.MaxValue]),
            GoimTokens.For(43, null, TimeSpan.FromMinutes(10), Key, rooms: new HashSet<int> { 1 }),
            GoimTokens.For(44, null, TimeSpan.FromMinutes(10), Key, rooms: [.. Enumerable.Range(0, 1_000)]),
            GoimTokens.For(45, null, TimeSpan.FromMinutes(10), Key, rooms: []),
            GoimTokens.For(46, null, TimeSpan.FromMinutes(10), Key),
        ];
        var answer = await host.PostAsync("/1/connects", $$"""{"server":3,"tokens":["{{string.Join("\",\"", tokens)}}"]}""");

        Assert.True(answer.Ret() == 1, answer.GetRawText());
        var clients = answer.GetProperty("data").GetProperty("clients");
        Assert.Equal(
            ["42_1: 0 7 2147483647", "43_1: 1", "44_1: " + string.Join(' ', Enumerable.Range(0, 1_000)), "45_1: none", "46_1: none"],
            clients.EnumerateArray().Select(client => client.GetProperty("key").GetString() + ": " + RoomsOf(client)));
    }

    [Fact]
    public void Rooms_out_of_range_are_refused()
    {
        IsRefused("Room 1 of the rooms is -1: expected a room from 0 on. (Parameter 'rooms')", [1, -1]);
        IsRefused("The rooms are 1001: expected 1000 at most. (Parameter 'rooms')", [.. Enumerable.Range(0, 1_001)]);
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

    private static void IsRefused(string message, int[] rooms) => Assert.Equal(
        message,
        Assert.Throws<ArgumentException>(() => GoimTokens.For(42, null, TimeSpan.FromMinutes(1), Key, rooms: rooms)).Message);

    private static string RoomsOf(JsonElement client) => client.TryGetProperty("rooms", out var rooms)
        ? string.Join(' ', rooms.EnumerateArray().Select(room => room.GetRawText()))
        : "none";

    private static async Task IsConnectedAsync(TestHost host, string token, string key, int room)
    {
        var answer = await host.PostAsync("/1/connect", Body(token));
        Assert.True(answer.Ret() == 1, answer.GetRawText());
        var data = answer.GetProperty("data");
        Assert.Equal((key, room), (data.GetProperty("key").GetString(), data.GetProperty("roomId").GetInt32()));
    }

    private static string Body(string token) => $$"""{"token":"{{token}}","server":3}""";
}
