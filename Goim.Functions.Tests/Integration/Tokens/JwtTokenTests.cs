using System.Net;
using System.Text;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Tokens;

/// <summary>Signed tokens of configured keys, over HTTP.</summary>
public sealed class JwtTokenTests(JwtTokenFixture fixture) : IClassFixture<JwtTokenFixture>
{
    private readonly TestHost host = fixture.ForOneTest();

    [Fact]
    public async Task A_token_connects_its_user_to_its_room_until_it_expires()
    {
        var token = JwtTokenFixture.Token(""" "sub":"9223372036854775807","room":7,"rooms":[1,2] """);

        var data = (await ConnectAsync(token)).GetProperty("data");

        Assert.Equal("9223372036854775807_1", data.GetProperty("key").GetString());
        Assert.Equal(7, data.GetProperty("roomId").GetInt32());
        // 10 minutes and the allowance of 30 s.
        Assert.InRange(data.GetProperty("expiresInMs").GetInt64(), 1, 630_000);
        Assert.Equal("[1,2]", data.GetProperty("rooms").GetRawText());
        Assert.Equal(1, await host.SessionsAsync(long.MaxValue));
    }

    [Fact]
    public async Task A_user_id_may_be_a_number_and_no_room_is_none()
    {
        var data = (await ConnectAsync(JwtTokenFixture.Token(""" "sub":-42 """))).GetProperty("data");

        Assert.Equal(("-42_1", -1), (data.GetProperty("key").GetString(), data.GetProperty("roomId").GetInt32()));
    }

    [Fact]
    public async Task Tokens_of_every_key_are_taken()
    {
        const string Claims = """{"sub":"43","aud":"goim","iss":"https://issuer","exp":4102444800}""";

        foreach (var token in new[]
        {
            TestJwt.Hs256(Claims, JwtTokenFixture.Secret), TestJwt.Rs256(Claims, fixture.Rsa), TestJwt.Es256(Claims, fixture.Ec),
            TestJwt.Es256(Claims, fixture.Ec, """{"alg":"ES256","kid":"ec"}"""),
        })
        {
            Assert.Equal(1, (await ConnectAsync(token)).Ret());
        }
    }

    [Theory]
    [InlineData(""" "sub":"42","exp":1767225600 """, "token is expired: it was valid until 2026-01-01T00:00:00Z.")]
    [InlineData(""" "sub":"42","nbf":4102444800 """, "token is not valid yet: it is valid from 2100-01-01T00:00:00Z.")]
    [InlineData(""" "sub":"42","aud":"other" """, "token's audience (aud) is another: expected goim.")]
    [InlineData(""" "sub":"42","iss":"https://other" """, "token's issuer (iss) is another: expected https://issuer.")]
    [InlineData(""" "sub":"42","exp":null """, Unreadable)]
    [InlineData(""" "sub":["42"] """, Unreadable)]
    [InlineData(""" "sub":"forty-two" """, NoUser)]
    [InlineData(""" "sub":4.5 """, NoUser)]
    [InlineData(""" "sub":null """, NoUser)]
    [InlineData(""" "user":"42" """, NoUser)]
    [InlineData(""" "sub":9223372036854775808 """, NoUser)]
    [InlineData(""" "sub":"9223372036854775808" """, NoUser)]
    [InlineData(""" "sub":"" """, NoUser)]
    [InlineData(""" "sub":"42","room":"7" """, NoRoom)]
    [InlineData(""" "sub":"42","room":2147483648 """, NoRoom)]
    [InlineData(""" "sub":"42","room":null """, NoRoom)]
    [InlineData(""" "sub":"42","rooms":7 """, NoRooms)]
    [InlineData(""" "sub":"42","rooms":[1,-1] """, NoRooms)]
    [InlineData(""" "sub":"42","rooms":[1,2147483648] """, NoRooms)]
    [InlineData(""" "sub":"42","rooms":["1"] """, NoRooms)]
    public async Task Claims_that_are_not_right_are_refused_with_a_sentence(string claims, string error)
    {
        var token = JwtTokenFixture.Token(claims);

        await IsRefusedAsync(token, error);
    }

    [Fact]
    public async Task A_token_may_name_a_thousand_rooms_and_no_more()
    {
        static string Token(int rooms) =>
            JwtTokenFixture.Token($"\"sub\":\"44\",\"rooms\":[{string.Join(',', Enumerable.Range(0, rooms))}]");

        Assert.Equal(1, (await ConnectAsync(Token(1_000))).Ret());
        await IsRefusedAsync(Token(1_001), NoRooms);
    }

    [Fact]
    public async Task A_token_without_exp_is_refused() =>
        await IsRefusedAsync(
            TestJwt.Hs256("""{"sub":"42","aud":"goim","iss":"https://issuer"}""", JwtTokenFixture.Secret),
            "token has no exp: expected the time when it expires.");

    [Fact]
    public async Task A_token_that_is_not_signed_is_refused() =>
        await IsRefusedAsync(
            TestJwt.Signed("""{"alg":"none"}""", JwtTokenFixture.Claims(""" "sub":"42" """), static _ => []),
            "token's alg is not one of its keys': expected ES256 or HS256 or RS256.");

    [Fact]
    public async Task A_public_key_signs_nothing()
    {
        const string Error = "token's signature is wrong: expected one by a configured key.";
        byte[][] secrets =
        [
            fixture.Rsa.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(fixture.Rsa.ExportSubjectPublicKeyInfoPem()),
            Encoding.ASCII.GetBytes(fixture.Rsa.ExportSubjectPublicKeyInfoPem() + "\n"),
        ];
        foreach (var secret in secrets)
        {
            var claims = JwtTokenFixture.Claims(""" "sub":"42" """);
            await IsRefusedAsync(TestJwt.Hs256(claims, secret), Error);
            await IsRefusedAsync(TestJwt.Hs256(claims, secret, """{"alg":"HS256","kid":"rsa"}"""), Error);
        }
    }

    [Fact]
    public async Task A_token_of_another_form_is_refused()
    {
        const string Dots = "expected a signed JWT, three parts with a dot between them.";
        var token = JwtTokenFixture.Token(""" "sub":"42" """);
        var parts = token.Split('.');

        await IsRefusedAsync("42", $"token has 0 dots: {Dots}");
        await IsRefusedAsync($"{token}..", $"token has 4 dots: {Dots}");
        await IsRefusedAsync(
            JwtTokenFixture.Token($"\"sub\":\"42\",\"x\":\"{new string('x', 9_000)}\""), " bytes: expected 8192 at most.");
        await IsRefusedAsync(
            $"{parts[0]}.{parts[1]}.{(parts[2][0] == 'A' ? 'B' : 'A')}{parts[2][1..]}",
            "token's signature is wrong: expected one by a configured key.");
        await IsRefusedAsync(
            $"{parts[0]}.{JwtTokenFixture.Token(""" "sub":"43" """).Split('.')[1]}.{parts[2]}",
            "token's signature is wrong: expected one by a configured key.");
    }

    [Fact]
    public async Task A_batch_says_for_each_token_what_is_wrong_and_a_check_registers_nobody()
    {
        var body = $$"""
            {"server":3,"check":true,"tokens":["{{JwtTokenFixture.Token(""" "sub":"45","room":7 """)}}","x",
            "{{JwtTokenFixture.Token(""" "sub":"45","exp":1767225600 """)}}"]}
            """;

        var clients = (await host.PostAsync("/1/connects", body)).GetProperty("data").GetProperty("clients");

        Assert.Equal((45, 7), (clients[0].GetProperty("userId").GetInt64(), clients[0].GetProperty("roomId").GetInt32()));
        Assert.InRange(clients[0].GetProperty("expiresInMs").GetInt64(), 1, 630_000);
        Assert.Equal(
            """{"error":"token 2: token has 0 dots: expected a signed JWT, three parts with a dot between them.","retry":false}""",
            clients[1].GetRawText());
        Assert.Equal(
            """{"error":"token 3: token is expired: it was valid until 2026-01-01T00:00:00Z.","retry":false}""", clients[2].GetRawText());
        Assert.Equal(0, await host.SessionsAsync(45));
    }

    [Fact]
    public async Task With_statuses_a_refused_token_is_400()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/1/connect")
        {
            Content = new StringContent("""{"token":"42","server":3}"""),
            Headers = { { "X-Goim-Errors", "http" } },
        };
        using var answer = await host.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private const string Unreadable =
        "token is not readable: expected a JWT, base64url of a JSON header and of JSON claims of the right types.";

    private const string NoUser =
        "token's claim sub is missing or not valid: expected the user id, a number or its decimal text, of int64.";

    private const string NoRoom = "token's claim room is missing or not valid: expected a room, a number of int32, or no such claim.";

    private const string NoRooms =
        "token's claim rooms is missing or not valid: expected 1000 rooms at most, each a number from 0 to 2147483647, or no such claim.";

    private Task<JsonElement> ConnectAsync(string token) =>
        host.PostAsync("/1/connect", $$"""{"token":"{{token}}","server":3}""");

    private async Task IsRefusedAsync(string token, string error)
    {
        var answer = await ConnectAsync(token);
        answer.IsRefused(error);
        Assert.All(
            token.Split('.').Where(static part => part.Length > 3),
            part => Assert.DoesNotContain(part, answer.GetRawText(), StringComparison.Ordinal));
    }
}
