using System.Net;
using Goim.Client;
using Goim.Functions.Tests.Hosting;
using static Goim.Functions.Tests.Integration.Clients.NamedAnswers;

namespace Goim.Functions.Tests.Integration.Clients;

/// <summary>What is sent again, and what is not. The answers are those that docs/api.md describes.</summary>
public sealed class RepeatTests
{
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

        // After a 503 of which nothing was done, the storage of the app may hold the key.
        var keys = app.Requests.Select(static request => request.Headers.GetValueOrDefault("Idempotency-Key")).Distinct().ToArray();
        Assert.Equal(hasKey && answer is "503 with Retry-After" or "none" ? 2 : 1, keys.Length);
        Assert.All(keys, key => Assert.Equal(hasKey, key is { Length: 32 }));
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

    // The first request with the key, perhaps of another process, still runs or has crashed: its records may be there.
    [Theory]
    [InlineData(PushAck.Broker)]
    [InlineData(PushAck.Queue)]
    public async Task A_key_that_is_still_used_says_nothing_of_the_push(PushAck ack)
    {
        await using var app = await ScriptedApp.StartAsync(
            static options => options.Timeout = TimeSpan.FromSeconds(8), AnswerOf("still running"));

        var failed = await Assert.ThrowsAsync<GoimException>(
            () => app.Client.PushAsync(42, "hello", new PushOptions { Ack = ack, IdempotencyKey = "order-42" }));

        Assert.Equal((PushOutcome.Unknown, HttpStatusCode.Conflict), (failed.Result!.Outcome, failed.Status));
        Assert.Equal(ack == PushAck.Broker, app.Requests.Length > 1);
        Assert.All(app.Requests, static request => Assert.Equal("order-42", request.Headers["Idempotency-Key"]));
    }

    [Fact]
    public async Task A_key_of_the_callers_own_is_never_replaced()
    {
        await using var app = await ScriptedApp.StartAsync(AnswerOf("503 with Retry-After"), ScriptedAnswer.Ok);

        await app.Client.PushAsync(42, "hello", new PushOptions { IdempotencyKey = "order-42" });

        Assert.Equal(["order-42", "order-42"], app.Requests.Select(static request => request.Headers["Idempotency-Key"]));
    }

    // Later the app might have given up the key, and a repeat would be a new push.
    [Fact]
    public async Task A_lost_answer_is_asked_for_only_while_the_app_holds_the_key()
    {
        await using var app = await ScriptedApp.StartAsync(
            static options => (options.SafeRepeatTime, options.Timeout) = (TimeSpan.FromSeconds(4), TimeSpan.FromMinutes(5)),
            ScriptedAnswer.None);

        var failed = await Assert.ThrowsAsync<GoimException>(() => app.Client.PushAsync(42, "hello").WaitAsync(Eventually.Limit));

        Assert.Equal(PushOutcome.Unknown, failed.Result!.Outcome);
        Assert.InRange(app.Requests.Length, 2, 8);
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
            static options => options.AttemptTimeout = TimeSpan.FromSeconds(4), ScriptedAnswer.Held, ScriptedAnswer.Ok);

        Assert.True((await app.Client.PushAsync(42, "hello")).IsDone);
        Assert.Equal(2, app.Requests.Length);
    }
}
