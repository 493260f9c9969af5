using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Access;

/// <summary>Callers that show bearer tokens of an OpenID Connect authority.</summary>
public sealed class BearerTests : IAsyncLifetime
{
    private OidcServer oidc = null!;
    private TestHost host = null!;

    public async Task InitializeAsync()
    {
        oidc = await OidcServer.StartAsync();
        host = await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        await oidc.DisposeAsync();
    }

    [Theory]
    [InlineData("sub", "the-backend")]
    [InlineData("azp", "the-app")]
    [InlineData("appid", "the-app")]
    public async Task A_caller_is_named_by_its_subject_or_its_app(string claim, string value) =>
        Assert.Equal(200, (await PushAsync(Bearer(("aud", "goim"), (claim, value)))).Status);

    [Fact]
    public async Task The_scheme_is_named_in_any_case() =>
        Assert.Equal(200, (await PushAsync($"Authorization: bearer {oidc.Token(("aud", "goim"), ("sub", "the-backend"))}")).Status);

    [Fact]
    public async Task A_bearer_token_of_another_audience_is_401() =>
        IsUnknown(
            await PushAsync(Bearer(("aud", "another"), ("sub", "the-backend"))),
            "bearer token's audience (aud) is another: expected goim.");

    [Fact]
    public async Task A_bearer_token_of_no_caller_is_401_and_says_whose_it_is() =>
        IsUnknown(
            await PushAsync(Bearer(("aud", "goim"), ("sub", "someone"), ("azp", "an-app"))),
            "bearer token is of no caller: it has the subject 'someone' and the app id 'an-app', "
                + "expected a Subject or an AppId of Access__Callers.");

    [Fact]
    public async Task An_expired_bearer_token_is_401_and_a_function_key_does_not_help()
    {
        var answer = await PushAsync(
            Bearer(("aud", "goim"), ("sub", "the-backend"), ("exp", TestJwt.In(TimeSpan.FromMinutes(-1)))),
            "x-functions-key: " + CallersHost.FunctionKey);

        Assert.Equal(401, answer.Status);
        JsonElement.Parse(answer.Body).IsRefused("bearer token is expired: it was valid until ");
    }

    [Theory]
    [InlineData("Authorization: Bearer", "bearer token has 0 dots: expected a signed JWT, three parts with a dot between them.")]
    [InlineData("Authorization: Bearer x", "bearer token has 0 dots: expected a signed JWT, three parts with a dot between them.")]
    public async Task A_text_that_is_no_token_is_401(string header, string sentence) => IsUnknown(await PushAsync(header), sentence);

    [Fact]
    public async Task A_key_and_a_bearer_token_together_are_401() =>
        IsUnknown(
            await PushAsync(Bearer(("aud", "goim"), ("sub", "the-backend")), CallerRequests.Key("push.all")),
            "the request has x-goim-key and a bearer token: expected one of them.");

    [Fact]
    public async Task Without_a_credential_the_sentence_names_all_that_are_accepted() =>
        IsUnknown(
            await PushAsync("Authorization: Basic eDp5"),
            $"the request names no caller: expected x-goim-key or a bearer token of {oidc.Authority} or a function key.");

    [Fact]
    public async Task A_caller_by_its_token_has_its_scopes_alone() =>
        (await host.SendAsync("GET", "/monitor/stat", "", Bearer(("aud", "goim"), ("sub", "the-backend"))))
            .Is(403, "caller backend lacks the scope read (Access__Callers): nothing was done.");

    [Fact]
    public async Task While_the_authority_is_down_from_the_start_a_token_is_503_and_a_key_opens()
    {
        await oidc.StopAsync();
        await using var alone = await StartAsync();

        var answer = await alone.SendAsync("POST", "/1/push/all", "m", Bearer(("aud", "goim"), ("sub", "the-backend")));

        Assert.Equal(503, answer.Status);
        Assert.NotEmpty(answer.Headers["Retry-After"]);
        JsonElement.Parse(answer.Body).IsRefused($"{oidc.Authority} does not answer with its keys: repeat in ");
        Assert.Equal(200, (await alone.SendAsync("POST", "/1/push/all", "m", CallerRequests.Key("push.all"))).Status);
    }

    private Task<TestHost> StartAsync() => CallersHost.StartAsync(
        $"--Access:Authority={oidc.Authority}", "--Access:Audience=goim",
        "--Access:Callers:backend:Subject=the-backend", "--Access:Callers:backend:Scopes=push.all",
        "--Access:Callers:app:AppId=the-app", "--Access:Callers:app:Scopes=push.all");

    private string Bearer(params (string Name, object? Value)[] claims) => $"Authorization: Bearer {oidc.Token(claims)}";

    private Task<RawAnswer> PushAsync(params string[] headers) => host.SendAsync("POST", "/1/push/all", "m", headers);

    private static void IsUnknown(RawAnswer answer, string sentence)
    {
        answer.Is(401, sentence);
        Assert.Equal("x-goim-key, Bearer", answer.Headers["WWW-Authenticate"]);
    }
}
