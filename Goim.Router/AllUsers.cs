using Goim.Protocol;
using Grpc.Core;

namespace Goim.Router;

/// <summary>Streams all users and their sessions, page by page (RouterRPC.GetAll).</summary>
internal sealed class AllUsers(ISessions sessions, Scans scans)
{
    /// <summary>Ids that one scan collects, at most. A stream keeps them until their users are sent.</summary>
    private const int UsersPerScan = 10_000;

    /// <summary>Users of one reply, at most.</summary>
    private const int UsersPerPage = 1_000;

    /// <summary>Sessions of one reply, at most, unless it has only one user. About 64 KB.</summary>
    private const int SessionsPerPage = 8_192;

    /// <summary>Sends the users above an id, ascending. Makes each page when the caller has taken the one before.</summary>
    /// <param name="afterUserId">Exclusive lower bound.</param>
    /// <param name="limit">Maximum number of users; 0 for no limit.</param>
    /// <param name="pages">Takes the pages.</param>
    /// <param name="context">The call.</param>
    // A user can lose its last session between the two reads. Such users are skipped, and the page is filled up with the next ones: the
    // caller takes an empty page for the end.
    public async Task WriteAsync(
        long afterUserId, int limit, IServerStreamWriter<GetAllReply> pages, ServerCallContext context)
    {
        var cancellationToken = context.CancellationToken;
        var left = limit == 0 ? int.MaxValue : limit;
        for (long? next = afterUserId; next is { } after && left > 0;)
        {
            var count = Math.Min(left, UsersPerScan);
            (var userIds, next) = await scans.Pages.RunAsync(
                () => sessions.UsersAboveAsync(after, count, cancellationToken), context.Deadline, cancellationToken);
            for (var start = 0; start < userIds.Length;)
            {
                var some = new ArraySegment<long>(userIds, start, Math.Min(UsersPerPage, userIds.Length - start));
                var users = await ReadAsync(some, cancellationToken);
                var page = PageOf(some, users);
                await pages.WriteAsync(page, cancellationToken);
                start += users.Count;
                left -= limit == 0 ? 0 : page.UserIds.Count;
            }
        }
    }

    // The sessions of the first users, of one at least.
    private async ValueTask<IReadOnlyList<GetReply>> ReadAsync(ArraySegment<long> userIds, CancellationToken cancellationToken)
    {
        var users = await sessions.GetAsync(userIds, SessionsPerPage, cancellationToken);
        if (users.Count > 0)
        {
            return users;
        }

        var first = userIds[..1];
        users = await sessions.GetAsync(first, RouterLimits.MaxSessions(1), cancellationToken);
        return users.Count > 0 ? users : throw Refusals.TooLarge(first);
    }

    private static GetAllReply PageOf(ArraySegment<long> userIds, IReadOnlyList<GetReply> users)
    {
        var page = new GetAllReply();
        for (var i = 0; i < users.Count; i++)
        {
            if (users[i].Seqs.Count > 0)
            {
                page.UserIds.Add(userIds[i]);
                page.Sessions.Add(users[i]);
            }
        }

        return page;
    }
}
