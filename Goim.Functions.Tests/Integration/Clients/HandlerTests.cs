using System.Net;
using Goim.Client;
using Goim.Functions.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using static Goim.Functions.Tests.Integration.Clients.NamedAnswers;

namespace Goim.Functions.Tests.Integration.Clients;

/// <summary>Clients in a program that has more to say about HTTP, and answers that are not what they should be.</summary>
public sealed class HandlerTests
{
    // Templates of services do so.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Handlers_for_all_clients_of_a_program_repeat_nothing(bool before)
    {
        await using var app = await ScriptedApp.StartAsync(AnswerOf("unknown"), ScriptedAnswer.Ok);
        var services = new ServiceCollection();
        if (before)
        {
            services.ConfigureHttpClientDefaults(static http => http.AddStandardResilienceHandler());
        }

        services.AddGoimClient(options => (options.BaseAddress, options.UseIdempotencyKeys) = (app.Url, false));
        if (!before)
        {
            services.ConfigureHttpClientDefaults(static http => http.AddStandardResilienceHandler());
        }

        await using var provider = services.BuildServiceProvider();

        var failed = await Assert.ThrowsAsync<GoimException>(() => provider.GetRequiredService<GoimClient>().PushAsync(42, "hello"));

        Assert.Equal(PushOutcome.Unknown, failed.Result!.Outcome);
        Assert.Single(app.Requests);
    }

    [Fact]
    public void A_second_client_would_get_the_keys_of_the_first()
    {
        var services = new ServiceCollection();
        services.AddGoimClient(static options => options.BaseAddress = new Uri("https://a.example"));

        var refused = Assert.Throws<InvalidOperationException>(
            () => services.AddGoimClient(static options => options.BaseAddress = new Uri("https://b.example")));

        Assert.Equal("There is a GoimClient already: expected one call of AddGoimClient.", refused.Message);
    }

    [Theory]
    [InlineData("""{"ret":1,"data":null}""")]
    [InlineData("""{"ret":1,"data":[]}""")]
    [InlineData("""{"ret":1,"data":{"acks":null}}""")]
    [InlineData("""{"ret":1,"data":{"acks":[{"partition":"x"}]}}""")]
    [InlineData("""{"ret":"1"}""")]
    [InlineData("""[]""")]
    public async Task An_answer_that_is_not_readable_says_nothing_of_the_push(string body)
    {
        await using var app = await ScriptedApp.StartAsync(
            static options => options.UseIdempotencyKeys = false, new ScriptedAnswer(200, body));

        var failed = await Assert.ThrowsAsync<GoimException>(() => app.Client.PushAsync(42, "hello"));

        Assert.Equal(PushOutcome.Unknown, failed.Result!.Outcome);
    }

    [Theory]
    [InlineData("""{"ret":65535,"error":"no","data":{"outcome":5}}""")]
    [InlineData("""{"ret":65535,"error":"no","data":[]}""")]
    public async Task An_error_that_names_no_outcome_is_an_error(string body)
    {
        await using var app = await ScriptedApp.StartAsync(new ScriptedAnswer(400, body));

        var failed = await Assert.ThrowsAsync<GoimException>(() => app.Client.PushAsync(42, "hello"));

        Assert.Equal(("no", PushOutcome.None), (failed.Message, failed.Result!.Outcome));
    }

    [Fact]
    public async Task A_batch_whose_lines_are_no_answers_leaves_its_pushes_open()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.Lines("1"));

        BatchPush[] pushes = [new(PushTarget.All, default)];
        var result = Assert.Single(await app.Client.PushBatchAsync(pushes.ToAsyncEnumerable()).ToListAsync()).Result;

        Assert.Equal((PushOutcome.Unknown, "The answer of the app is not readable."), (result.Outcome, result.Error));
    }

    // The server speaks no TLS.
    [Fact]
    public async Task A_connection_that_cannot_be_made_secure_has_sent_nothing()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.Ok);
        using var client = new GoimClient(new HttpClient(), new GoimClientOptions
        {
            BaseAddress = new UriBuilder(app.Url) { Scheme = "https" }.Uri,
            CallerKey = "secret",
            Timeout = TimeSpan.FromSeconds(8),
        });

        var failed = await Assert.ThrowsAsync<GoimException>(() => client.PushAsync(42, "hello"));

        Assert.Equal(PushOutcome.None, failed.Result!.Outcome);
        Assert.DoesNotContain("secret", $"{failed}", StringComparison.Ordinal);
        Assert.Empty(app.Requests);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_before_it_is_sent()
    {
        await using var host = await TestHost.StartAsync();
        await using var services = host.NewClient();

        var failed = await Assert.ThrowsAsync<GoimException>(
            () => services.GetRequiredService<GoimClient>().PushToAllAsync(new byte[9_000_000]));

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, PushOutcome.None), (failed.Status, failed.Result!.Outcome));
    }

    // The last attempt is not cut by the end of the call, which would leave open what it has done.
    [Fact]
    public async Task An_app_that_says_in_time_that_nothing_was_sent_is_believed()
    {
        await using var app = await ScriptedApp.StartAsync(
            static options => options.Timeout = TimeSpan.FromSeconds(12),
            ScriptedAnswer.Error(503, retryAfter: "0") with { Delay = TimeSpan.FromMilliseconds(300) });

        var calls = Enumerable.Range(0, 20).Select(_ => Assert.ThrowsAsync<GoimException>(() => app.Client.PushAsync(42, "hello")));

        Assert.All(await Task.WhenAll(calls), static failed => Assert.Equal(PushOutcome.None, failed.Result!.Outcome));
    }
}
