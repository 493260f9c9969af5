using System.Net;
using Goim.Client;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Clients;

/// <summary>When a call ends without an answer that settles it.</summary>
public sealed class CallEndTests
{
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
            Timeout = TimeSpan.FromSeconds(8),
        });

        var failed = await Assert.ThrowsAsync<GoimException>(() => client.PushAsync(42, "hello"));

        Assert.Equal((PushOutcome.None, null), (failed.Result!.Outcome, failed.Status));
        Assert.StartsWith("The app at http://127.0.0.1:", failed.Message, StringComparison.Ordinal);
        Assert.IsType<HttpRequestException>(failed.InnerException);
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
}
