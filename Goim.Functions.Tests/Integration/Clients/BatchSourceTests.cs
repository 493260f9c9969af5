using System.Runtime.CompilerServices;
using Goim.Client;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Clients;

/// <summary>Sources of pushes that fail, do not end, or are left.</summary>
public sealed class BatchSourceTests
{
    private const string Ok = """{"ret":1,"data":{"acks":[]}}""";

    [Fact]
    public async Task A_source_that_fails_has_its_pushes_sent_before_the_failure_is_thrown()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.Lines(Ok, Ok));
        var results = new List<BatchPushResult>();

        var failure = await Assert.ThrowsAsync<TimeZoneNotFoundException>(async () =>
        {
            await foreach (var each in app.Client.PushBatchAsync(Failing(), new BatchOptions { MaxWait = TimeSpan.FromSeconds(30) }))
            {
                results.Add(each);
            }
        });

        Assert.Equal("of the test", failure.Message);
        Assert.Equal(2, results.Count);
    }

    [Fact]
    public async Task A_push_that_is_not_valid_has_those_before_it_sent_before_it_is_refused()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.Lines(Ok));
        BatchPush[] pushes = [new(PushTarget.All, default), new(PushTarget.All, default) { Ensure = true }];
        await using var results = app.Client.PushBatchAsync(pushes.ToAsyncEnumerable()).GetAsyncEnumerator();

        Assert.True(await results.MoveNextAsync());
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => results.MoveNextAsync().AsTask());

        Assert.Equal("Ensure is true: expected false for a push that is not to rooms.", refused.Message);
        Assert.Equal("""{"all":true,"m":null}""", Assert.Single(app.Requests).Body);
    }

    [Fact]
    public async Task A_reader_who_leaves_ends_the_source()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.Lines(Ok));
        var ended = new TaskCompletionSource();

        await foreach (var _ in app.Client.PushBatchAsync(Endless(ended)))
        {
            break;
        }

        await ended.Task.WaitAsync(Eventually.Limit);
    }

    [Fact]
    public async Task A_source_that_does_not_end_is_left()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.Lines(Ok));
        using var leave = new CancellationTokenSource();
        var results = app.Client.PushBatchAsync(Deaf(), cancellationToken: leave.Token).GetAsyncEnumerator();

        Assert.True(await results.MoveNextAsync());
        var next = results.MoveNextAsync().AsTask();
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(Eventually.Limit));
    }

    private static async IAsyncEnumerable<BatchPush> Failing()
    {
        yield return new BatchPush(PushTarget.All, default);
        yield return new BatchPush(PushTarget.All, default);
        await Task.Yield();
        throw new TimeZoneNotFoundException("of the test");
    }

    private static async IAsyncEnumerable<BatchPush> Deaf()
    {
        yield return new BatchPush(PushTarget.All, default);
        await Task.Delay(Timeout.Infinite);
    }

    private static async IAsyncEnumerable<BatchPush> Endless(
        TaskCompletionSource ended, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            yield return new BatchPush(PushTarget.All, default);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            ended.SetResult();
        }
    }
}
