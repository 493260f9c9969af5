using System.Diagnostics;
using System.Net;
using Goim.Client;
using Goim.Functions.Tests.Faults.Clients;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Clients;

/// <summary>A backend that sends more than its caller may.</summary>
public sealed class RateLimitTests
{
    private const string Key = "the-key-of-the-backend";

    [Fact]
    public async Task Pushes_above_the_limit_of_a_caller_come_later_and_none_is_lost()
    {
        await using var host = await TestHost.StartAsync(
            $"--Access:Callers:backend:Key={Key}", "--Access:Callers:backend:Scopes=push.user,push.all",
            "--Access:Callers:backend:RequestsPerSecond=100", "--Access:Callers:backend:UsersPerSecond=200");
        await ClientPushes.ConnectUserAsync(host.Nodes["1"].Client);
        using var pushes = new ClientPushes(host.Http.BaseAddress!, static options =>
        {
            (options.CallerKey, options.UseIdempotencyKeys) = (Key, false);
            options.AttemptTimeout = options.Timeout = TimeSpan.FromMinutes(1);
        });

        await Task.WhenAll(pushes.SendAsync(250, atOnce: 250), pushes.SendInBatchesAsync(300, ofEach: 100));

        pushes.AssertAllAcknowledged(550);
        ClientPushes.AssertKept(host.Records(), pushes);
        Assert.Contains(pushes.Attempts, static attempt => attempt.Status == HttpStatusCode.TooManyRequests);
        foreach (var push in pushes.Attempts.Where(static attempt => attempt.Path != "/1/push/batch").GroupBy(attempt => attempt.Body))
        {
            var attempts = push.ToArray();
            Assert.All(attempts[..^1], static attempt => Assert.Equal(TimeSpan.FromSeconds(1), attempt.RetryAfter));
            Assert.All(attempts.Zip(attempts[1..]), static each => Assert.True(
                Stopwatch.GetElapsedTime(each.First.Ended, each.Second.Began) >= each.First.RetryAfter, "it came before its Retry-After"));
        }
    }
}
