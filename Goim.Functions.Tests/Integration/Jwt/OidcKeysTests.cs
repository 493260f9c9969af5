using Goim.Functions.Tests.Hosting;
using Goim.Logic;
using Goim.Logic.Jwt;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Integration.Jwt;

/// <summary>The keys of a real authority.</summary>
public sealed class OidcKeysTests : IAsyncLifetime, IDisposable
{
    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private OidcServer authority = null!;
    private OidcKeys keys = null!;

    public async Task InitializeAsync()
    {
        authority = await OidcServer.StartAsync();
        keys = new OidcKeys($"{authority.Authority}/", time, NullLogger<OidcKeys>.Instance);
    }

    public async Task DisposeAsync() => await authority.DisposeAsync();

    public void Dispose() => keys.Dispose();

    [Fact]
    public async Task Tokens_of_the_authority_are_accepted_and_its_keys_read_once()
    {
        Assert.Null(await ProblemAsync(authority.Token("RS256", ("aud", "goim"))));
        Assert.Null(await ProblemAsync(authority.Token("ES256", ("aud", "goim"))));

        Assert.Equal(1, authority.Fetches);
    }

    [Fact]
    public async Task Tokens_that_come_together_wait_for_one_read()
    {
        var token = authority.Token(("aud", "goim"));

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => ProblemAsync(token))), Assert.Null);

        Assert.Equal(1, authority.Fetches);
    }

    [Fact]
    public async Task The_issuer_is_the_one_that_the_authority_names() =>
        Assert.Equal(
            $"token's issuer (iss) is another: expected {authority.Authority}.",
            (await ProblemAsync(authority.Token(("aud", "goim"), ("iss", "https://issuer"))))?.Error);

    [Fact]
    public async Task A_token_of_a_new_key_is_accepted_after_30_seconds_and_one_of_the_old_key_no_more()
    {
        var old = authority.Token(("aud", "goim"));
        Assert.Null(await ProblemAsync(old));

        authority.RotateKeys();
        var token = authority.Token(("aud", "goim"));
        time.Advance(TimeSpan.FromSeconds(10));
        var early = await ProblemAsync(token);
        Assert.Equal((ProblemKind.Unavailable, TimeSpan.FromSeconds(20)), (early!.Kind, early.RetryAfter));
        Assert.Equal(
            $"the token's kid is not known yet, and the keys of {authority.Authority} are read every 30 s at most: repeat in 20 s.",
            early.Error);

        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Null(await ProblemAsync(token));
        time.Advance(TimeSpan.FromSeconds(30));
        var late = await ProblemAsync(old);
        Assert.Equal(
            (ProblemKind.BadInput, $"token's kid is unknown: expected that of a key of {authority.Authority}."), (late!.Kind, late.Error));
    }

    [Fact]
    public async Task Unknown_kids_lead_to_one_read_in_30_seconds_and_other_tokens_are_accepted_meanwhile()
    {
        using var stranger = System.Security.Cryptography.RSA.Create(2_048);
        var token = authority.Token(("aud", "goim"));
        for (var i = 0; i < 59; i++)
        {
            var unknown = TestJwt.Rs256("""{"sub":"42"}""", stranger, $$"""{"alg":"RS256","kid":"{{i}}"}""");
            Assert.NotNull(await ProblemAsync(unknown));
            Assert.Null(await ProblemAsync(token));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2, authority.Fetches);
    }

    [Fact]
    public async Task An_authority_that_was_never_reached_is_asked_again_after_5_seconds()
    {
        await authority.StopAsync();
        var token = authority.Token(("aud", "goim"));

        var problem = await ProblemAsync(token);
        Assert.Equal(
            (ProblemKind.Unavailable, $"{authority.Authority} does not answer with its keys: repeat in 5 s."),
            (problem!.Kind, problem.Error));

        await authority.RestartAsync();
        Assert.NotNull(await ProblemAsync(token));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(await ProblemAsync(token));
    }

    [Fact]
    public async Task Keys_that_were_read_go_on_while_the_authority_is_down()
    {
        var token = authority.Token(("aud", "goim"), ("exp", TestJwt.In(TimeSpan.FromDays(1))));
        Assert.Null(await ProblemAsync(token));
        await authority.StopAsync();

        time.Advance(TimeSpan.FromHours(2));
        Assert.Null(await ProblemAsync(token));

        authority.RotateKeys();
        time.Advance(TimeSpan.FromSeconds(31));
        var problem = await ProblemAsync(authority.Token(("aud", "goim"), ("exp", TestJwt.In(TimeSpan.FromDays(1)))));
        Assert.Equal(ProblemKind.Unavailable, problem!.Kind);
        Assert.Null(await ProblemAsync(token));
    }

    [Fact]
    public async Task An_unknown_kid_does_not_wait_for_an_authority_that_hangs()
    {
        var token = authority.Token(("aud", "goim"));
        Assert.Null(await ProblemAsync(token));
        authority.Hangs = true;
        authority.RotateKeys();
        time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(
            $"the token's kid is not known yet, and the keys of {authority.Authority} are read every 30 s at most: repeat in 30 s.",
            (await ProblemAsync(authority.Token(("aud", "goim"))))?.Error);
        Assert.Null(await ProblemAsync(token));
    }

    [Fact]
    public async Task A_key_that_the_authority_withdrew_ends_after_an_hour()
    {
        var token = authority.Token(("aud", "goim"), ("exp", TestJwt.In(TimeSpan.FromDays(1))));
        Assert.Null(await ProblemAsync(token));
        authority.RotateKeys();

        time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await ProblemAsync(token));

        await Eventually.UntilAsync(async () => await ProblemAsync(token) is not null);
    }

    [Theory]
    [InlineData("junk", null)]
    [InlineData("[]", null)]
    [InlineData("{}", null)]
    [InlineData("""{"issuer":"https://issuer"}""", null)]
    [InlineData(null, "junk")]
    [InlineData(null, "{}")]
    [InlineData(null, """{"keys":[{"kty":"oct","k":"AAAA","kid":"rsa-1"}]}""")]
    [InlineData(null, """{"keys":[{"kty":"RSA","n":"%","e":"AQAB","kid":"rsa-1"}]}""")]
    public async Task An_answer_without_a_key_is_no_answer(string? discovery, string? keySet)
    {
        authority.Discovery = discovery;
        authority.KeySet = keySet;

        Assert.Equal(ProblemKind.Unavailable, (await ProblemAsync(authority.Token(("aud", "goim"))))?.Kind);
    }

    [Fact]
    public async Task A_key_set_above_1_MiB_is_not_read()
    {
        authority.KeySet = $$"""{"keys":[],"x":"{{new string('x', 1024 * 1024)}}"}""";

        Assert.Equal(ProblemKind.Unavailable, (await ProblemAsync(authority.Token(("aud", "goim"))))?.Kind);
    }

    private async Task<Problem?> ProblemAsync(string token)
    {
        var check = new JwtCheck(new JwtRules { Audience = "goim" }, keys, time);
        return (await check.CheckAsync(token, CancellationToken.None)).Is(out _, out var problem) ? null : problem;
    }
}
