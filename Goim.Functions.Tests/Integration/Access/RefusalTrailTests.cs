using System.Globalization;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Access;

/// <summary>What the trail has of refusals.</summary>
public sealed class RefusalTrailTests : IAsyncLifetime, IDisposable
{
    private const string Backend = "x-goim-key: the-key-of-backend";
    private readonly LogLines lines = new();
    private TestHost host = null!;

    public async Task InitializeAsync() => host = await TrailTests.StartAsync(
        lines, "--Access:Callers:backend:Key=the-key-of-backend", "--Access:Callers:backend:Scopes=push.all");

    public async Task DisposeAsync() => await host.DisposeAsync();

    public void Dispose() => lines.Dispose();

    [Fact]
    public async Task More_than_ten_refusals_a_second_are_ten_lines_and_a_count()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => host.SendAsync("GET", "/monitor/stat", "", "x-goim-key: none")));

        // Each second has ten lines, and one with the count of the others.
        await Eventually.UntilAsync(() => LeftOut().Sum() + lines.Count("outcome refused") == 200);
        Assert.NotEmpty(LeftOut());
        Assert.True(lines.Count("outcome refused") < 200);
    }

    [Fact]
    public async Task Requests_above_the_limit_are_a_line()
    {
        using var seen = new LogLines();
        await using var limited = await TrailTests.StartAsync(
            seen,
            "--Access:Callers:slow:Key=the-key-of-slow-1", "--Access:Callers:slow:Scopes=push.user",
            "--Access:Callers:slow:RequestsPerSecond=1");

        await Eventually.UntilAsync(
            async () => (await limited.SendAsync("POST", "/1/push?uid=1", "m", "x-goim-key: the-key-of-slow-1")).Status == 429);

        Assert.Contains("RefusedRate: caller slow, route /1/push, target requests, count 1, outcome refused", TrailTests.Of(seen));
    }

    [Fact]
    public async Task A_refusal_at_an_endpoint_of_LocalHost_is_a_line()
    {
        await host.SendAsync("GET", "/local/settings", "", "x-goim-key: a-key-that-nobody-has");
        await host.SendAsync("GET", "/local/records", "", Backend);

        Assert.Equal(
            [
                "RefusedKey: caller unknown, route /local/settings, target none, count 1, outcome refused",
                "RefusedScope: caller backend, route /local/records, target read, count 1, outcome refused",
            ],
            TrailTests.Of(lines));
    }

    [Fact]
    public async Task A_bearer_token_that_cannot_be_checked_is_a_line()
    {
        using var seen = new LogLines();
        await using var authority = await OidcServer.StartAsync();
        await authority.StopAsync();
        await using var open = await TrailTests.StartAsync(
            seen,
            $"--Access:Authority={authority.Authority}", "--Access:Audience=goim",
            "--Access:Callers:ops:Subject=ops", "--Access:Callers:ops:Scopes=push.all");

        var answer = await open.SendAsync("POST", "/1/push/all", "m", $"Authorization: Bearer {authority.Token(("aud", "goim"))}");

        Assert.Equal(503, answer.Status);
        Assert.Contains("RefusedKey: caller unknown, route /1/push/all, target authority, count 1, outcome refused", TrailTests.Of(seen));
    }

    private IEnumerable<int> LeftOut() => TrailTests.Of(lines)
        .Where(static line => line.StartsWith("RefusedKey: caller unknown, lines left out in a second: ", StringComparison.Ordinal))
        .Select(static line => int.Parse(line.Split(": ")[^1], CultureInfo.InvariantCulture));
}
