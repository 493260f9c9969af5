using System.Globalization;

namespace Goim.Logic.Access;

/// <summary>What one caller may send in a second to this instance of the app.</summary>
internal sealed class CallerLimit : IDisposable
{
    private const string Requests = "requests", Users = "users";
    private readonly string name;
    private readonly RateBucket? requests, users;

    private CallerLimit(string name, RateBucket? requests, RateBucket? users) =>
        (this.name, this.requests, this.users) = (name, requests, users);

    /// <summary>The limit of a caller. Null if its settings have none.</summary>
    public static CallerLimit? Of(string name, CallerOptions caller)
    {
        var (requests, users) = (Bucket(caller.RequestsPerSecond), Bucket(caller.UsersPerSecond));
        return requests is null && users is null ? null : new CallerLimit(name, requests, users);
    }

    /// <summary>Takes a request. The problem if there is none left. Null if there is.</summary>
    public Problem? TakeRequest() =>
        requests is null || requests.TryTake(1)
            ? null
            : new Problem(
                ProblemKind.TooMany, $"{MaySend(requests, Requests, nameof(CallerOptions.RequestsPerSecond))}: nothing was done.")
            { HasOwnStatus = true, Target = Requests };

    /// <summary>Takes users. The problem if there are not enough left. Null if there are.</summary>
    /// <param name="count">Users of a request.</param>
    /// <param name="nothingDone">What was not done: <c>nothing was sent.</c></param>
    public Problem? TakeUsers(int count, string nothingDone)
    {
        if (users is null || count == 0 || (count <= users.PerSecond && users.TryTake(count)))
        {
            return null;
        }

        var maySend = MaySend(users, Users, nameof(CallerOptions.UsersPerSecond));
        var refused = new Problem(ProblemKind.TooMany, $"{maySend}: {nothingDone}") { HasOwnStatus = true, Target = Users };
        return count <= users.PerSecond
            ? refused
            : refused with { Error = $"{maySend}, and this has {count}: split it, {nothingDone}", RetryAfter = null };
    }

    /// <summary>The bucket that has refused a request, or the one of which the smaller part is left.</summary>
    /// <param name="refused">The target of the problem that it is refused with. Null if it is not refused.</param>
    public RateLimit Now(string? refused = null)
    {
        var first = refused == Users ? null : RateLimit.Of(requests);
        var second = refused == Requests ? null : RateLimit.Of(users);
        return first is { } some && second is { } other ? (other.Part < some.Part ? other : some) : (first ?? second)!.Value;
    }

    public void Dispose()
    {
        requests?.Dispose();
        users?.Dispose();
    }

    private string MaySend(RateBucket bucket, string what, string setting) =>
        $"caller {name} may send {bucket.PerSecond} {what} a second to an instance (Access__Callers__{name}__{setting})";

    private static RateBucket? Bucket(string? perSecond) =>
        perSecond is null ? null : new RateBucket(int.Parse(perSecond, NumberStyles.None, CultureInfo.InvariantCulture));
}

/// <summary>The headers <c>RateLimit-Limit</c>, <c>RateLimit-Remaining</c> and <c>RateLimit-Reset</c>.</summary>
/// <param name="Limit">Requests or users that a second allows.</param>
/// <param name="Remaining">Those that are left now.</param>
// https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-07
internal readonly record struct RateLimit(int Limit, int Remaining)
{
    /// <summary>Seconds until all of them are left.</summary>
    public int Reset => Remaining < Limit ? 1 : 0;

    /// <summary>Names and values.</summary>
    public (string Name, string Value)[] Headers =>
    [
        ("RateLimit-Limit", Limit.ToString(CultureInfo.InvariantCulture)),
        ("RateLimit-Remaining", Remaining.ToString(CultureInfo.InvariantCulture)),
        ("RateLimit-Reset", Reset.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>The part that is left, 0 to 1.</summary>
    public double Part => (double)Remaining / Limit;

    /// <summary>The state of a bucket. Null without one.</summary>
    public static RateLimit? Of(RateBucket? bucket) => bucket is null ? null : new RateLimit(bucket.PerSecond, bucket.Left);
}
