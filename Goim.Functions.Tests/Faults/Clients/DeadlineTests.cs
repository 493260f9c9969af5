using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Azure.Core;
using Goim.Client;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Clients;

/// <summary>When a call ends if nothing answers.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class DeadlineTests
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(4), AtOnce = TimeSpan.FromSeconds(15);
    private readonly Stopwatch watch = Stopwatch.StartNew();

    [Fact]
    public async Task Where_nobody_listens_calls_end_with_their_time_and_nothing_was_sent()
    {
        using var pushes = new ClientPushes(BadNetwork.UrlOf(Ports.Next()), static options => options.Timeout = Time);

        await Task.WhenAll(pushes.SendAsync(20), pushes.SendInBatchesAsync(20, ofEach: 20));

        Assert.InRange(watch.Elapsed, Time / 4, Time + AtOnce);
        Assert.Equal(40, pushes.Count(PushOutcome.None));
        Assert.All(
            pushes.Errors, static error => Assert.Contains("cannot be reached: Connection refused", error, StringComparison.Ordinal));
        var attempts = pushes.Attempts.Count;
        Assert.InRange(attempts, 21 * 3, 21 * 10);

        // A second call takes as long. Meanwhile the first ones try nothing.
        var failure = await Assert.ThrowsAsync<GoimException>(() => pushes.Client.CountAsync());
        Assert.Equal((null, null), (failure.Status, failure.Result));
        Assert.Equal(attempts, pushes.Attempts.Count(static attempt => attempt.Path.StartsWith("/1/push", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_app_that_does_not_answer_leaves_a_push_unknown(bool useKeys)
    {
        await using var host = await TestHost.StartAsync();
        using var network = new NetworkProxy(host.Http.BaseAddress!);
        using var pushes = new ClientPushes(network.Url, options =>
        {
            options.Timeout = Time;
            options.UseIdempotencyKeys = useKeys;
        });
        network.Hold();
        watch.Restart();

        await Task.WhenAll(pushes.SendAsync(20), pushes.SendInBatchesAsync(20, ofEach: 20));

        Assert.InRange(watch.Elapsed, useKeys ? Time / 2 : TimeSpan.FromSeconds(1), Time + AtOnce);
        Assert.Equal(40, pushes.Count(PushOutcome.Unknown));
        Assert.All(pushes.Errors, static error => Assert.Contains("has not answered within", error, StringComparison.Ordinal));
        Assert.InRange(pushes.Attempts.Count, 21, useKeys ? 21 * 3 : 21);
    }

    // Half of the time is over when the app says that nothing was sent. The rest is for the second request.
    [Fact]
    public async Task A_batch_that_is_sent_again_has_one_time_for_both_requests()
    {
        var time = TimeSpan.FromSeconds(8);
        const string NotSent = """{"ret":65535,"error":"line 1: a router node does not answer.","data":{"outcome":"none"}}""";
        await using var app = await ScriptedApp.StartAsync(
            options => options.Timeout = time, ScriptedAnswer.Lines(NotSent) with { Delay = time / 2 }, ScriptedAnswer.Held);
        watch.Restart();

        var results = await app.Client.PushBatchAsync(new[] { new BatchPush(PushTarget.All, default) }.ToAsyncEnumerable()).ToListAsync();

        Assert.InRange(watch.Elapsed, time - TimeSpan.FromSeconds(1), time * 1.4);
        Assert.Equal(PushOutcome.Unknown, Assert.Single(results).Result.Outcome);
        Assert.Equal(2, app.Requests.Length);
    }

    [Fact]
    public async Task A_credential_that_gives_no_token_ends_a_call_with_its_time()
    {
        using var pushes = new ClientPushes(BadNetwork.UrlOf(Ports.Next()), static options =>
        {
            options.Timeout = TimeSpan.FromSeconds(1);
            (options.Credential, options.TokenScope) = (new NoToken(), "api://app/.default");
        });

        await pushes.SendAsync(2);

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, AtOnce);
        Assert.Equal(2, pushes.Count(PushOutcome.None));
        Assert.All(pushes.Errors, static error => Assert.Equal("Credential has given no token within 00:00:01.", error));
    }

    // HttpClient throws the SocketException itself if the connection is closed while it opens.
    [Fact]
    public async Task Connections_that_close_as_they_open_are_a_failure_of_the_call()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var closing = Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    using var socket = await listener.AcceptSocketAsync();
                    socket.LingerState = new LingerOption(true, 0);
                }
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                // The test has ended.
            }
        });
        using var pushes = new ClientPushes(
            BadNetwork.UrlOf(((IPEndPoint)listener.LocalEndpoint).Port), static options => options.Timeout = TimeSpan.FromSeconds(2));

        await pushes.SendAsync(400, atOnce: 400);

        Assert.Equal(400, pushes.Count(PushOutcome.None) + pushes.Count(PushOutcome.Unknown));
        listener.Stop();
        await closing;
    }

    [Fact]
    public async Task A_cancelled_token_ends_a_call_at_once_in_an_attempt_between_two_and_before_the_first()
    {
        using var cancelled = new CancellationTokenSource();
        var port = Ports.Next();
        using var pushes = new ClientPushes(BadNetwork.UrlOf(port), static options =>
        {
            options.Timeout = TimeSpan.FromMinutes(1);
            options.AttemptTimeout = TimeSpan.FromMinutes(1);
        });

        var waiting = pushes.Client.PushToAllAsync("m", cancellationToken: cancelled.Token);
        await Eventually.UntilAsync(() => pushes.Attempts.Count >= 3);
        var arrived = new TaskCompletionSource();
        await using var network = await BadNetwork.StartAsync(BadNetwork.UrlOf(Ports.Next()), port);
        network.Fates = _ =>
        {
            arrived.TrySetResult();
            return Task.FromResult(Fate.Late);
        };
        var trying = pushes.Client.PushToAllAsync("m", cancellationToken: cancelled.Token);
        await arrived.Task;

        watch.Restart();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trying);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => pushes.Client.PushToAllAsync("m", cancellationToken: cancelled.Token));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, AtOnce);
    }

    private sealed class NoToken : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return default;
        }
    }
}
