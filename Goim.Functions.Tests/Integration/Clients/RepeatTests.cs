using System.Net;
using Goim.Client;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Clients;

/// <summary>What is sent again, and what is not. The answers are those that docs/api.md describes.</summary>
public sealed class RepeatTests
{
    private const string NoOutcome = """{"outcome":"none"}""", Unknown = """{"outcome":"unknown","acks":[]}""";
    private const string Some = """{"outcome":"some","acks":[{"partition":1,"offset":2}]}""";

    /// <summary>The first answer; whether the push has an idempotency key; whether a second attempt follows, which is answered.</summary>
    public static TheoryData<string, bool, bool> FirstAnswers => new()
    {
        { "429 with Retry-After", true, true },
        { "429 with Retry-After", false, true },
        { "429 without Retry-After", true, false },
        { "429 of the host", false, true },
        { "503 with Retry-After", true, true },
        { "503 with Retry-After", false, true },
        { "503 without Retry-After", false, false },
        { "503 of a gateway, with Retry-After", false, true },
        { "none", true, true },
        { "none", false, true },
        { "none, too large", true, false },
        { "some", true, true },
        { "some", false, false },
        { "unknown", true, true },
        { "unknown", false, false },
        { "still running", true, true },
        { "no answer", true, true },
        { "no answer", false, false },
        { "empty 500", true, true },
        { "empty 500", false, false },
        { "502 of a gateway", true, true },
        { "502 of a gateway", false, false },
        { "502 of the app", true, false },
        { "a page of something else", true, true },
        { "a page of something else", false, false },
        { "400", true, false },
        { "401", true, false },
        { "empty 401", true, false },
        { "403", true, false },
        { "413", true, false },
        { "302", true, false },
    };

    [Theory]
    [MemberData(nameof(FirstAnswers))]
    public async Task An_answer_is_followed_by_a_second_attempt_only_if_that_sends_nothing_twice(
        string answer, bool hasKey, bool isRepeated)
    {
        await using var app = await ScriptedApp.StartAsync(
            options => options.UseIdempotencyKeys = hasKey, AnswerOf(answer), ScriptedAnswer.Ok);

        if (isRepeated)
        {
            var result = await app.Client.PushAsync(42, "hello");
            Assert.Equal(PushOutcome.Acknowledged, result.Outcome);
            Assert.Equal([new RecordAck(3, 17)], result.Acks);
            Assert.Equal(2, app.Requests.Length);
        }
        else
        {
            await Assert.ThrowsAsync<GoimException>(() => app.Client.PushAsync(42, "hello"));
            Assert.Single(app.Requests);
        }

        var keys = app.Requests.Select(static request => request.Headers.GetValueOrDefault("Idempotency-Key")).Distinct().ToArray();
        Assert.Equal(hasKey, Assert.Single(keys) is { Length: > 0 });
        Assert.All(app.Requests, static request => Assert.Equal("hello", request.Body));
    }

    [Theory]
    [InlineData("400", PushOutcome.None, 400, "The script says so.")]
    [InlineData("413", PushOutcome.None, 413, "The script says so.")]
    [InlineData("empty 401", PushOutcome.None, 401, "The answer 401 is not the app's: expected JSON with ret.")]
    [InlineData("302", PushOutcome.None, 302, "The answer 302 is not the app's: expected JSON with ret.")]
    [InlineData("some", PushOutcome.Some, 503, "The script says so.")]
    [InlineData("unknown", PushOutcome.Unknown, 503, "The script says so.")]
    [InlineData("503 without Retry-After", PushOutcome.Unknown, 503, "The script says so.")]
    [InlineData("empty 500", PushOutcome.Unknown, 500, "The answer 500 is not the app's: expected JSON with ret.")]
    public async Task A_push_that_is_not_done_throws_what_is_on_the_topic(string answer, PushOutcome outcome, int status, string error)
    {
        await using var app = await ScriptedApp.StartAsync(static options => options.UseIdempotencyKeys = false, AnswerOf(answer));

        var failed = await Assert.ThrowsAsync<GoimException>(() => app.Client.PushToAllAsync("hello"));

        Assert.Equal((outcome, error, (HttpStatusCode)status), (failed.Result!.Outcome, failed.Message, failed.Status!.Value));
        Assert.Equal(error, failed.Result.Error);
        Assert.Equal(answer == "some" ? [new RecordAck(1, 2)] : [], failed.Result.Acks);
    }

    // The app keeps it, and gives it to every repeat.
    [Theory]
    [InlineData("some", PushOutcome.Some)]
    [InlineData("unknown", PushOutcome.Unknown)]
    public async Task An_answer_in_part_is_final_when_it_comes_again(string answer, PushOutcome outcome)
    {
        await using var app = await ScriptedApp.StartAsync(AnswerOf(answer));

        var failed = await Assert.ThrowsAsync<GoimException>(() => app.Client.PushAsync(42, "hello"));

        Assert.Equal(outcome, failed.Result!.Outcome);
        Assert.Equal(2, app.Requests.Length);
    }

    // The host may have failed after the answer was stored: a repeat would be answered with ret 1, and the record would be lost.
    [Fact]
    public async Task A_queued_push_whose_answer_is_lost_is_not_repeated()
    {
        await using var app = await ScriptedApp.StartAsync(AnswerOf("empty 500"), ScriptedAnswer.Ok);

        var failed = await Assert.ThrowsAsync<GoimException>(
            () => app.Client.PushAsync(42, "hello", new PushOptions { Ack = PushAck.Queue }));

        Assert.Equal(PushOutcome.Unknown, failed.Result!.Outcome);
        Assert.True(Assert.Single(app.Requests).Headers.ContainsKey("Idempotency-Key"));
    }

    [Fact]
    public async Task After_a_lost_answer_a_refusal_does_not_say_that_nothing_was_sent()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.None, AnswerOf("401"));

        var failed = await Assert.ThrowsAsync<GoimException>(() => app.Client.PushAsync(42, "hello"));

        Assert.Equal((PushOutcome.Unknown, HttpStatusCode.Unauthorized), (failed.Result!.Outcome, failed.Status));
    }

    [Fact]
    public async Task An_attempt_that_gets_no_answer_ends_and_the_next_one_gets_it()
    {
        await using var app = await ScriptedApp.StartAsync(
            static options => options.AttemptTimeout = TimeSpan.FromSeconds(1), ScriptedAnswer.Held, ScriptedAnswer.Ok);

        Assert.True((await app.Client.PushAsync(42, "hello")).IsDone);
        Assert.Equal(2, app.Requests.Length);
    }

    [Fact]
    public async Task A_call_ends_before_a_wait_that_is_longer_than_its_time()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.Error(429, retryAfter: "3600"));

        var failed = await Assert.ThrowsAsync<GoimException>(() => app.Client.PushAsync(42, "hello"));

        Assert.Equal((PushOutcome.None, HttpStatusCode.TooManyRequests), (failed.Result!.Outcome, failed.Status));
        Assert.Single(app.Requests);
    }

    [Fact]
    public async Task An_app_that_cannot_be_reached_has_sent_nothing()
    {
        var client = new GoimClient(new HttpClient(), new GoimClientOptions
        {
            BaseAddress = new Uri($"http://127.0.0.1:{Ports.Next()}"),
            UseIdempotencyKeys = false,
            Timeout = TimeSpan.FromSeconds(2),
        });

        var failed = await Assert.ThrowsAsync<GoimException>(() => client.PushAsync(42, "hello"));

        Assert.Equal((PushOutcome.None, null), (failed.Result!.Outcome, failed.Status));
        Assert.StartsWith("The app at http://127.0.0.1:", failed.Message, StringComparison.Ordinal);
        Assert.IsType<HttpRequestException>(failed.InnerException);
    }

    [Theory]
    [InlineData("no answer", true)]
    [InlineData("502 of a gateway", true)]
    [InlineData("503 with Retry-After", true)]
    [InlineData("502 of the app", false)]
    [InlineData("400", false)]
    public async Task A_call_that_only_reads_is_repeated_where_that_may_help(string answer, bool isRepeated)
    {
        await using var app = await ScriptedApp.StartAsync(AnswerOf(answer), FiveSessions);

        Assert.Equal(isRepeated ? 5 : null, isRepeated ? await app.Client.CountAsync(7) : await Refused(() => app.Client.CountAsync(7)));
        Assert.Equal(isRepeated ? 2 : 1, app.Requests.Length);
        Assert.All(app.Requests, static request => Assert.False(request.Headers.ContainsKey("Idempotency-Key")));
    }

    // A second kick would end connections that were made after the first.
    [Theory]
    [InlineData("no answer", false)]
    [InlineData("unknown", false)]
    [InlineData("none", true)]
    public async Task A_kick_is_repeated_only_if_nobody_was_disconnected(string answer, bool isRepeated)
    {
        await using var app = await ScriptedApp.StartAsync(AnswerOf(answer), FiveSessions);

        Assert.Equal(isRepeated ? 5 : null, isRepeated ? await app.Client.KickAsync(42) : await Refused(() => app.Client.KickAsync(42)));
        Assert.Equal(isRepeated ? 2 : 1, app.Requests.Length);
    }

    [Fact]
    public async Task A_caller_who_leaves_ends_the_call()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.Held);
        using var leave = new CancellationTokenSource();

        var call = app.Client.PushAsync(42, "hello", cancellationToken: leave.Token);
        await Eventually.UntilAsync(() => app.Requests.Length == 1);
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Single(app.Requests);
    }

    private static ScriptedAnswer FiveSessions => new(200, """{"ret":1,"data":{"sessions":5}}""");

    private static async Task<long?> Refused(Func<Task<long>> call)
    {
        await Assert.ThrowsAsync<GoimException>(call);
        return null;
    }

    private static ScriptedAnswer AnswerOf(string name) => name switch
    {
        "429 with Retry-After" => ScriptedAnswer.Error(429, retryAfter: "0"),
        "429 without Retry-After" => ScriptedAnswer.Error(429),
        "429 of the host" => new ScriptedAnswer(429, ""),
        "503 with Retry-After" => ScriptedAnswer.Error(503, retryAfter: "0"),
        "503 without Retry-After" => ScriptedAnswer.Error(503),
        "503 of a gateway, with Retry-After" => new ScriptedAnswer(503, "<html>") { RetryAfter = "0", ContentType = "text/html" },
        "none" => ScriptedAnswer.Error(503, NoOutcome),
        "none, too large" => ScriptedAnswer.Error(413, NoOutcome),
        "some" => ScriptedAnswer.Error(503, Some),
        "unknown" => ScriptedAnswer.Error(503, Unknown),
        "still running" => ScriptedAnswer.Error(409),
        "no answer" => ScriptedAnswer.None,
        "empty 500" => new ScriptedAnswer(500, ""),
        "empty 401" => new ScriptedAnswer(401, ""),
        "502 of a gateway" => new ScriptedAnswer(502, "<html>") { ContentType = "text/html" },
        "502 of the app" => ScriptedAnswer.Error(502),
        "a page of something else" => new ScriptedAnswer(200, "<html>") { ContentType = "text/html" },
        "302" => new ScriptedAnswer(302, "") { Location = "https://other.example/" },
        _ => ScriptedAnswer.Error(int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)),
    };
}
