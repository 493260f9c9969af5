using System.Threading.Channels;
using Goim.Client;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Clients;

/// <summary>How pushes are gathered into batches, and what becomes of each.</summary>
public sealed class BatchTests
{
    private const string Ok = """{"ret":1,"data":{"acks":[]}}""", Bad = """{"ret":65535,"error":"line 2: bad."}""";
    private const string NotSent = """{"ret":65535,"error":"line 2: a router node does not answer.","data":{"outcome":"none"}}""";
    private const string Unknown = """{"ret":65535,"error":"line 2: lost.","data":{"outcome":"unknown","acks":[]}}""";

    /// <summary>A batch ends at its number and its bytes alone.</summary>
    private static readonly BatchOptions Full = new() { MaxWait = TimeSpan.FromSeconds(30) };

    [Fact]
    public async Task A_batch_has_the_pushes_that_are_there_up_to_its_number()
    {
        await using var app = await ScriptedApp.StartAsync(
            ScriptedAnswer.Lines(Ok, Ok, Ok), ScriptedAnswer.Lines(Ok, Ok, Ok), ScriptedAnswer.Lines(Ok));

        var results = await app.Client.PushBatchAsync(Pushes(7), Full with { MaxPushes = 3 }).ToListAsync();

        Assert.Equal(Enumerable.Range(0, 7).Select(static i => $"{i}"), results.Select(static each => each.Push.Message.ToString()));
        Assert.All(results, static each => Assert.Equal(PushOutcome.Acknowledged, each.Result.Outcome));
        Assert.Equal([3, 3, 1], app.Requests.Select(static request => request.Body.Split('\n').Length));
        Assert.Equal("""{"uid":0,"m":0}""", app.Requests[0].Body.Split('\n')[0]);
        Assert.All(app.Requests, static request => Assert.Equal("/1/push/batch", request.Url));
        Assert.Equal(3, app.Requests.Select(static request => request.Headers["Idempotency-Key"]).Distinct().Count());
    }

    [Fact]
    public async Task A_batch_ends_before_its_bytes_are_too_many_and_one_push_may_have_more()
    {
        await using var app = await ScriptedApp.StartAsync(
            ScriptedAnswer.Lines(Ok), ScriptedAnswer.Lines(Ok, Ok), ScriptedAnswer.Lines(Ok));
        var (large, small) = (JsonMessage.Parse($"\"{new string('x', 2_000)}\""), JsonMessage.Parse("1"));

        var results = await app.Client.PushBatchAsync(Of(large, small, small, large), Full with { MaxBytes = 1_000 }).ToListAsync();

        Assert.Equal(4, results.Count);
        Assert.Equal([1, 2, 1], app.Requests.Select(static request => request.Body.Split('\n').Length));
    }

    [Fact]
    public async Task A_push_waits_for_others_no_longer_than_it_should()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.Lines(Ok));
        var pushes = Channel.CreateUnbounded<BatchPush>();
        await using var results = app.Client.PushBatchAsync(pushes.Reader.ReadAllAsync()).GetAsyncEnumerator();

        // The channel stays open.
        pushes.Writer.TryWrite(new BatchPush(PushTarget.All, default));
        Assert.True(await results.MoveNextAsync());
        pushes.Writer.TryWrite(new BatchPush(PushTarget.All, default));
        Assert.True(await results.MoveNextAsync());

        Assert.Equal(2, app.Requests.Length);
        pushes.Writer.Complete();
        Assert.False(await results.MoveNextAsync());
    }

    [Fact]
    public async Task Pushes_of_which_nothing_was_sent_are_sent_again_under_another_key()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.Lines(Ok, NotSent, Bad, Unknown), ScriptedAnswer.Lines(Ok));

        var results = await app.Client.PushBatchAsync(Pushes(4), Full with { MaxPushes = 4 }).ToListAsync();

        Assert.Equal(
            [PushOutcome.Acknowledged, PushOutcome.Acknowledged, PushOutcome.None, PushOutcome.Unknown],
            results.Select(static each => each.Result.Outcome));
        Assert.Equal([null, null, "line 2: bad.", "line 2: lost."], results.Select(static each => each.Result.Error));
        Assert.Equal("""{"uid":1,"m":1}""", app.Requests[1].Body);
        Assert.NotEqual(app.Requests[0].Headers["Idempotency-Key"], app.Requests[1].Headers["Idempotency-Key"]);
    }

    [Theory]
    [InlineData(401, PushOutcome.None)]
    [InlineData(500, PushOutcome.Unknown)]
    public async Task Each_push_of_a_request_that_fails_has_its_error(int status, PushOutcome outcome)
    {
        var answer = status == 500 ? new ScriptedAnswer(500, "") : ScriptedAnswer.Error(status);
        await using var app = await ScriptedApp.StartAsync(static options => options.UseIdempotencyKeys = false, answer);

        var results = await app.Client.PushBatchAsync(Pushes(2)).ToListAsync();

        Assert.All(results, each => Assert.Equal((outcome, false), (each.Result.Outcome, each.Result.IsDone)));
        Assert.All(results, static each => Assert.NotEmpty(each.Result.Error!));
        Assert.Equal(2, results.Count);
    }

    [Fact]
    public async Task Answers_that_are_fewer_than_the_pushes_say_nothing_of_any()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.Lines(Ok));

        var results = await app.Client.PushBatchAsync(Pushes(2), Full with { MaxPushes = 2 }).ToListAsync();

        Assert.All(results, static each => Assert.Equal(PushOutcome.Unknown, each.Result.Outcome));
    }

    [Fact]
    public async Task A_message_of_several_lines_is_one_line()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.Lines(Ok));

        await app.Client.PushBatchAsync(Of(JsonMessage.Parse("{\r\n\t\"a\": \"b\\nc\"\n}"))).ToListAsync();

        Assert.Equal("{\"all\":true,\"m\":{  \t\"a\": \"b\\nc\" }}", Assert.Single(app.Requests).Body);
    }

    [Fact]
    public async Task No_pushes_are_no_request()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.Ok);

        Assert.Empty(await app.Client.PushBatchAsync(Pushes(0)).ToListAsync());
        Assert.Empty(app.Requests);
    }

    private static async IAsyncEnumerable<BatchPush> Pushes(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return new BatchPush(PushTarget.User(i), JsonMessage.Parse($"{i}"));
        }
    }

    private static async IAsyncEnumerable<BatchPush> Of(params JsonMessage[] messages)
    {
        foreach (var message in messages)
        {
            await Task.Yield();
            yield return new BatchPush(PushTarget.All, message);
        }
    }
}
