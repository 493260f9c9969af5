using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Integration.Tokens;

/// <summary>Signed tokens of an OpenID Connect authority, over HTTP.</summary>
public sealed class AuthorityTokenTests : IAsyncLifetime
{
    private OidcServer authority = null!;

    public async Task InitializeAsync() => authority = await OidcServer.StartAsync();

    public async Task DisposeAsync() => await authority.DisposeAsync();

    [Fact]
    public async Task Tokens_of_the_authority_for_the_app_are_taken_and_others_refused()
    {
        await using var host = await StartAsync();

        (await ConnectAsync(host, authority.Token(("sub", "42"), ("aud", "goim")))).HasData("42_1", -1);
        (await ConnectAsync(host, authority.Token("ES256", ("sub", 42), ("aud", "goim"), ("room", 7)))).HasData("42_2", 7);
        (await ConnectAsync(host, authority.Token(("sub", "42"), ("aud", "other"))))
            .Answer.IsRefused("token's audience (aud) is another: expected goim.");
        (await ConnectAsync(host, authority.Token(("sub", "42"), ("aud", "goim"), ("iss", "https://other"))))
            .Answer.IsRefused($"token's issuer (iss) is another: expected {authority.Authority}.");
        Assert.Equal(1, authority.Fetches);
    }

    [Fact]
    public async Task Another_claim_may_be_the_user()
    {
        await using var host = await StartAsync("--Connect:Jwt:UserClaim=uid");

        (await ConnectAsync(host, authority.Token(("sub", "anybody"), ("uid", 42), ("aud", "goim")))).HasData("42_1", -1);
        (await ConnectAsync(host, authority.Token(("sub", "42"), ("aud", "goim"))))
            .Answer.IsRefused("token's claim uid is missing or not valid: expected the user id, a number or its decimal text, of int64.");
    }

    [Fact]
    public async Task A_secret_that_is_a_public_key_is_no_key()
    {
        await using var host = await StartAsync();
        var secret = authority.Rsa.ExportSubjectPublicKeyInfo();

        (await ConnectAsync(host, TestJwt.Hs256("""{"sub":"42"}""", secret, """{"alg":"HS256","kid":"rsa-1"}""")))
            .Answer.IsRefused("token's alg is not one of its keys': expected RS256 or ES256.");
    }

    [Fact]
    public async Task An_unknown_kid_may_be_tried_again_and_is_refused_once_the_keys_were_read_for_it()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await StartAsync(time);
        using var stranger = RSA.Create(2_048);
        var token = TestJwt.Rs256("""{"sub":"42"}""", stranger, """{"alg":"RS256","kid":"unknown"}""");
        (await ConnectAsync(host, authority.Token(("sub", "42"), ("aud", "goim")))).HasData("42_1", -1);

        var early = await ConnectAsync(host, token);
        early.Answer.IsRefused($"the token's kid is not known yet, and the keys of {authority.Authority} are read every 30 s at most: ");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "30"), (early.Status, early.RetryAfter));
        Assert.True(await MayRetryAsync(host, token));

        time.Advance(TimeSpan.FromSeconds(30));
        var late = await ConnectAsync(host, token);
        late.Answer.IsRefused($"token's kid is unknown: expected that of a key of {authority.Authority}.");
        Assert.Equal(HttpStatusCode.BadRequest, late.Status);
        Assert.Equal(2, authority.Fetches);
    }

    [Fact]
    public async Task A_token_of_a_new_key_is_taken_after_the_keys_were_read_again()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await StartAsync(time);
        (await ConnectAsync(host, authority.Token(("sub", "42"), ("aud", "goim")))).HasData("42_1", -1);

        authority.RotateKeys();
        time.Advance(TimeSpan.FromSeconds(30));

        (await ConnectAsync(host, authority.Token(("sub", "42"), ("aud", "goim")))).HasData("42_2", -1);
        Assert.Equal(2, authority.Fetches);
    }

    [Fact]
    public async Task With_an_authority_that_is_down_the_app_starts_and_tokens_may_be_tried_again()
    {
        await authority.StopAsync();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await StartAsync(time);
        var token = authority.Token(("sub", "42"), ("aud", "goim"));

        var down = await ConnectAsync(host, token);
        down.Answer.IsRefused($"{authority.Authority} does not answer with its keys: repeat in 5 s.");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (down.Status, down.RetryAfter));
        Assert.True(await MayRetryAsync(host, token));

        await authority.RestartAsync();
        time.Advance(TimeSpan.FromSeconds(5));
        (await ConnectAsync(host, token)).HasData("42_1", -1);
    }

    [Fact]
    public async Task With_an_authority_that_goes_down_later_its_keys_go_on()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await StartAsync(time);
        var token = authority.Token(("sub", "42"), ("aud", "goim"), ("exp", 4102444800));
        (await ConnectAsync(host, token)).HasData("42_1", -1);

        await authority.StopAsync();
        time.Advance(TimeSpan.FromHours(3));

        (await ConnectAsync(host, token)).HasData("42_2", -1);
        (await ConnectAsync(host, token)).HasData("42_3", -1);
    }

    private Task<TestHost> StartAsync(params string[] settings) => StartAsync(TimeProvider.System, settings);

    private Task<TestHost> StartAsync(TimeProvider time, params string[] settings) => TestHost.StartAsync(
        ["1"],
        ["--Connect:Tokens=Jwt", "--Connect:Jwt:Audience=goim", $"--Connect:Jwt:Authority={authority.Authority}", .. settings],
        configure: builder => builder.Services.TryAddSingleton(time));

    private static async Task<ConnectAnswer> ConnectAsync(TestHost host, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/1/connect")
        {
            Content = new StringContent($$"""{"token":"{{token}}","server":3}"""),
            Headers = { { "X-Goim-Errors", "http" } },
        };
        using var response = await host.Http.SendAsync(request);
        var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        return new ConnectAnswer(response.StatusCode, response.Headers.RetryAfter?.ToString(), answer);
    }

    private static async Task<bool> MayRetryAsync(TestHost host, string token)
    {
        var answer = await host.PostAsync("/1/connects", $$"""{"server":3,"tokens":["{{token}}"],"check":true}""");
        return answer.GetProperty("data").GetProperty("clients")[0].GetProperty("retry").GetBoolean();
    }

    private sealed record ConnectAnswer(HttpStatusCode Status, string? RetryAfter, JsonElement Answer)
    {
        public void HasData(string key, int room)
        {
            Assert.True(Answer.Ret() == 1, Answer.GetRawText());
            var data = Answer.GetProperty("data");
            Assert.Equal((key, room), (data.GetProperty("key").GetString(), data.GetProperty("roomId").GetInt32()));
        }
    }
}
