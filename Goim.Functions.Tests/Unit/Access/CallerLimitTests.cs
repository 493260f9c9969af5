using Goim.Functions.Tests.Hosting;
using Goim.Logic;
using Goim.Logic.Access;

namespace Goim.Functions.Tests.Unit.Access;

/// <summary>The two buckets of one caller.</summary>
public sealed class CallerLimitTests
{
    [Fact]
    public void A_caller_without_settings_for_it_has_no_limit() =>
        Assert.Null(CallerLimit.Of("backend", new CallerOptions { Key = "k", Scopes = "read" }));

    [Fact]
    public async Task A_request_above_the_limit_is_refused_until_the_bucket_fills_up()
    {
        using var limit = CallerLimit.Of("backend", new CallerOptions { RequestsPerSecond = "1" })!;

        Problem? refused = null;
        await Eventually.UntilAsync(() => (refused = limit.TakeRequest()) is not null);

        Assert.Equal(
            "caller backend may send 1 requests a second to an instance (Access__Callers__backend__RequestsPerSecond): nothing was done.",
            refused!.Error);
        Assert.Equal((ProblemKind.TooMany, true, TimeSpan.FromSeconds(1)), (refused.Kind, refused.HasOwnStatus, refused.RetryAfter));
        await Eventually.UntilAsync(() => limit.TakeRequest() is null);
    }

    [Fact]
    public void The_headers_of_a_refusal_are_those_of_the_bucket_that_refuses()
    {
        using var limit = CallerLimit.Of("backend", new CallerOptions { RequestsPerSecond = "5", UsersPerSecond = "10" })!;

        Assert.Null(limit.TakeRequest());
        Assert.Equal(5, limit.Now("requests").Limit);
        Assert.Equal(10, limit.Now(limit.TakeUsers(11, "nothing was sent.")!.Target).Limit);
    }

    [Fact]
    public async Task Users_above_the_limit_are_refused_together()
    {
        using var limit = CallerLimit.Of("backend", new CallerOptions { UsersPerSecond = "3" })!;

        Problem? refused = null;
        await Eventually.UntilAsync(() => (refused = limit.TakeUsers(3, "nothing was sent.")) is not null);

        Assert.Equal(
            "caller backend may send 3 users a second to an instance (Access__Callers__backend__UsersPerSecond): nothing was sent.",
            refused!.Error);
        Assert.Null(limit.TakeUsers(0, "nothing was sent."));
    }

    [Fact]
    public void More_users_than_a_second_allows_are_never_taken()
    {
        using var limit = CallerLimit.Of("backend", new CallerOptions { UsersPerSecond = "3" })!;

        var refused = limit.TakeUsers(4, "nothing was sent.");

        Assert.Equal(
            "caller backend may send 3 users a second to an instance (Access__Callers__backend__UsersPerSecond), and this has 4: "
            + "split it, nothing was sent.",
            refused!.Error);
        Assert.Null(refused.RetryAfter);
        Assert.Equal(new RateLimit(3, 3), limit.Now());
    }

    [Fact]
    public void Of_two_limits_the_one_counts_of_which_the_smaller_part_is_left()
    {
        using var limit = CallerLimit.Of("backend", new CallerOptions { RequestsPerSecond = "1000000", UsersPerSecond = "10" })!;

        Assert.Null(limit.TakeUsers(10, "nothing was sent."));

        var now = limit.Now();
        Assert.Equal((10, 1), (now.Limit, now.Reset));
    }
}
