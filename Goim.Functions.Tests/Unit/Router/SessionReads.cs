using Goim.Router;

namespace Goim.Functions.Tests.Unit.Router;

/// <summary>The users of a store.</summary>
internal static class SessionReads
{
    public static Task<long[]> AllUsersAsync(this ISessions sessions) => sessions.UsersAsync(long.MinValue, int.MaxValue);

    public static async Task<long[]> UsersAsync(this ISessions sessions, long afterUserId, int limit) =>
        (await sessions.UsersAboveAsync(afterUserId, limit, CancellationToken.None)).UserIds;
}
