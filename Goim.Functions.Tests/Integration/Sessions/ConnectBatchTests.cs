using Goim.Functions.Tests.Hosting;
using Goim.Logic;
using Goim.Logic.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Sessions;

/// <summary>Many clients in one call, over two nodes. Placed by Vectors/ketama.json: 2001 on node 2, 2002 on node 1.</summary>
public sealed class ConnectBatchTests : IAsyncLifetime
{
    private const string First = "000102030405060708090a0b0c0d0e0f", Second = "F00102030405060708090A0B0C0D0E0F";
    private TestHost host = null!;

    public async Task InitializeAsync() => host = await TestHost.StartAsync(["1", "2"], []);

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Each_client_is_answered_for_itself_in_order()
    {
        (await host.PostAsync("/1/connects", """{"server":3,"tokens":["2001","2002","s3cret","2001"]}""")).HasData(
            """
            {"clients":[{"key":"2001_1","roomId":1},{"key":"2002_1","roomId":1},{"error":"token 3: token is no user id: expected a
             whole number of int64, since Connect__Tokens is UserId.","retry":false},
            {"key":"2001_2","roomId":1}]}
            """.ReplaceLineEndings(""));

        (await host.CountNowAsync("allservercount")).HasData("""{"counter":{"3":3}}""");
        (await host.CountNowAsync("allroomcount")).HasData("""{"counter":{"1":3}}""");
    }

    [Fact]
    public async Task A_repeat_with_the_same_request_ids_gives_the_same_keys()
    {
        const string Connects = $$"""{"server":3,"tokens":["2001","2001","2002"],"requestIds":["{{First}}","{{Second}}","{{First}}"]}""";
        const string Keys = """
            {"clients":[{"key":"2001_1","roomId":1},{"key":"2001_2","roomId":1},{"key":"2002_1","roomId":1}]}
            """;

        (await host.PostAsync("/1/connects", Connects)).HasData(Keys);
        (await host.PostAsync("/1/connects", Connects)).HasData(Keys);
        (await host.PostAsync("/1/connect", $$"""{"token":"2001","server":3,"requestId":"{{Second}}"}"""))
            .HasData("""{"key":"2001_2","roomId":1}""");

        (await host.CountNowAsync("allservercount")).HasData("""{"counter":{"3":3}}""");
    }

    [Fact]
    public async Task Clients_of_a_node_that_is_down_may_try_again_and_the_others_are_registered()
    {
        await host.Nodes["2"].DisposeAsync();

        (await host.PostAsync("/1/connects", """{"server":3,"tokens":["2001","2002"]}""")).HasData(
            """
            {"clients":[{"error":"token 1: router node 2 did not answer: the client is not connected.","retry":true},
            {"key":"2002_1","roomId":1}]}
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task A_thousand_clients_are_taken_and_no_more()
    {
        static string Body(int count) =>
            $$"""{"server":3,"tokens":[{{string.Join(',', Enumerable.Range(1, count).Select(i => $"\"{i}\""))}}]}""";

        (await host.PostAsync("/1/connects", Body(1_001))).IsRefused("tokens holds 1001 entries or more: expected 1000 at most.");
        var answer = await host.PostAsync("/1/connects", Body(1_000));

        Assert.Equal(
            Enumerable.Range(1, 1_000).Select(user => $"{user}_1"),
            answer.GetProperty("data").GetProperty("clients").EnumerateArray().Select(client => client.GetProperty("key").GetString()));
        (await host.CountNowAsync("allservercount")).HasData("""{"counter":{"3":1000}}""");
    }

    [Fact]
    public async Task A_token_that_expires_says_when()
    {
        await using var other = await TestHost.StartAsync(
            ["1"], [], configure: builder => builder.Services.AddSingleton<ITokenAuthenticator, Expiring>());

        (await other.PostAsync("/1/connects", """{"server":3,"tokens":["42","43"]}""")).HasData(
            """{"clients":[{"key":"42_1","roomId":7,"expiresInMs":600000},{"key":"43_1","roomId":7}]}""");
        (await other.PostAsync("/1/connect", """{"token":"42","server":3}"""))
            .HasData("""{"key":"42_2","roomId":7,"expiresInMs":600000}""");
        (await other.PostAsync("/1/connect", """{"token":"43","server":3}""")).HasData("""{"key":"43_2","roomId":7}""");
    }

    [Fact]
    public async Task Each_connection_is_an_event_where_the_setting_says_so()
    {
        await using var telling = await TestHost.StartAsync("--Events:Connections=true");
        await telling.PostAsync("/1/connects", """{"server":3,"tokens":["42","x","43"]}""");
        await telling.PostAsync("/1/disconnects", """{"keys":["43_1","44_1","42_1"]}""");

        var events = telling.Events().Select(ConnectTests.WithoutTime).Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                """{"event":"connect","user":42,"key":"42_1","server":3,"room":1}""",
                """{"event":"connect","user":43,"key":"43_1","server":3,"room":1}""",
                """{"event":"disconnect","user":42,"key":"42_1","server":3}""",
                """{"event":"disconnect","user":43,"key":"43_1","server":3}""",
            ],
            events);
    }

    [Fact]
    public async Task A_check_tells_whose_the_tokens_are_and_registers_nobody()
    {
        await using var other = await TestHost.StartAsync(
            ["1"], ["--Events:Connections=true"], configure: builder => builder.Services.AddSingleton<ITokenAuthenticator, Expiring>());

        (await other.PostAsync("/1/connects", """{"server":3,"tokens":["42","43"],"check":true}""")).HasData(
            """{"clients":[{"userId":42,"roomId":7,"expiresInMs":600000},{"userId":43,"roomId":7}]}""");
        (await host.PostAsync("/1/connects", """{"server":3,"tokens":["2001","x"],"check":true}""")).HasData(
            """
            {"clients":[{"userId":2001,"roomId":1},{"error":"token 2: token is no user id: expected a whole number of
             int64, since Connect__Tokens is UserId.","retry":false}]}
            """.ReplaceLineEndings(""));

        (await other.CountNowAsync("allservercount")).HasData("""{"counter":{}}""");
        (await host.CountNowAsync("allservercount")).HasData("""{"counter":{}}""");
        Assert.Empty(other.Events());
    }

    [Fact]
    public async Task A_token_for_which_the_authenticator_fails_does_not_fail_the_others()
    {
        await using var other = await TestHost.StartAsync(
            ["1"], [], configure: builder => builder.Services.AddSingleton<ITokenAuthenticator, Failing>());

        (await other.PostAsync("/1/connects", """{"server":3,"tokens":["at once","later","42"]}""")).HasData(
            """
            {"clients":[{"error":"token 1: the authenticator failed.","retry":true},{"error":"token 2: the authenticator failed.","retry":
            true},{"key":"42_1","roomId":1}]}
            """.ReplaceLineEndings(""));
    }

    // The default of a structure must not be user 0.
    [Fact]
    public async Task An_authenticator_that_answers_nothing_refuses_the_token()
    {
        await using var other = await TestHost.StartAsync(
            ["1"], [], configure: builder => builder.Services.AddSingleton<ITokenAuthenticator, Silent>());

        (await other.PostAsync("/1/connect", """{"token":"42","server":3}""")).IsRefused("refused without a reason.");
        (await other.PostAsync("/1/connects", """{"server":3,"tokens":["42"]}""")).HasData(
            """{"clients":[{"error":"token 1: refused without a reason.","retry":false}]}""");
    }

    private sealed class Silent : ITokenAuthenticator
    {
        public ValueTask<Outcome<Identity>> AuthenticateAsync(string token, CancellationToken cancellationToken) => default;
    }

    private sealed class Failing : ITokenAuthenticator
    {
        public ValueTask<Outcome<Identity>> AuthenticateAsync(string token, CancellationToken cancellationToken) => token switch
        {
            "at once" => throw new InvalidOperationException("failed"),
            "later" => ValueTask.FromException<Outcome<Identity>>(new InvalidOperationException("failed")),
            _ => ValueTask.FromResult<Outcome<Identity>>(new Identity(42, 1)),
        };
    }

    // The token of user 42 expires.
    private sealed class Expiring : ITokenAuthenticator
    {
        public ValueTask<Outcome<Identity>> AuthenticateAsync(string token, CancellationToken cancellationToken) =>
            ValueTask.FromResult<Outcome<Identity>>(token == "42" ? new Identity(42, 7, TimeSpan.FromMinutes(10)) : new Identity(43, 7));
    }
}
