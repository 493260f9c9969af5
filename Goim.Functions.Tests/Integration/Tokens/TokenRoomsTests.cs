using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Tokens;

/// <summary>What a comet is told of the rooms in tokens.</summary>
public sealed class TokenRoomsTests(JwtTokenFixture fixture) : IClassFixture<JwtTokenFixture>
{
    private readonly TestHost host = fixture.ForOneTest();

    [Fact]
    public async Task The_rooms_that_a_client_may_change_to_are_told_for_each_client()
    {
        var tokens = string.Join(',', new[]
        {
            JwtTokenFixture.Token(""" "sub":71,"rooms":[5,2147483647,5,0] """),
            JwtTokenFixture.Token(""" "sub":72,"rooms":[] """),
            JwtTokenFixture.Token(""" "sub":73 """),
        }.Select(token => $"\"{token}\""));

        foreach (var check in new[] { "true", "false" })
        {
            var answer = await host.PostAsync("/1/connects", $$"""{"server":3,"check":{{check}},"tokens":[{{tokens}}]}""");

            var clients = answer.GetProperty("data").GetProperty("clients").EnumerateArray().ToArray();
            Assert.Equal("[5,2147483647,5,0]", clients[0].GetProperty("rooms").GetRawText());
            Assert.False(clients[1].TryGetProperty("rooms", out _));
            Assert.False(clients[2].TryGetProperty("rooms", out _));
        }
    }
}
