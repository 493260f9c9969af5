using Goim.Protocol;

namespace Goim.Router.Memory;

/// <summary>Answers repeated puts of the last minute as the first time. Not thread-safe; the bucket holds the lock.</summary>
internal sealed class PutHistory(MonotonicClock clock, int maxRequests)
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);

    /// <summary>Puts that an operation forgets at most. Above 1, so that the number of puts to forget falls.</summary>
    private const int ExpiredPerCall = 4;

    private readonly RecentPuts requests = new(maxRequests, clock.Ticks(Duration));

    // Restores that were given another seq, because the session of another server had theirs.
    private readonly RecentPuts moved = new(maxRequests, clock.Ticks(Duration));

    /// <summary>Adds a session, unless a put with the request id has done so.</summary>
    /// <param name="users">The users of the bucket.</param>
    /// <param name="session">The session of the put.</param>
    /// <param name="put">A put with a request id.</param>
    public PutResult Put(Users users, Session session, PutArg put)
    {
        var (key, now) = (RequestKey.OfRequest(session.UserId, put.RequestId.Span), session.Created);
        requests.Expire(now, ExpiredPerCall);
        if (requests.TryGet(key, now, out var seq))
        {
            var known = users.Find(session.UserId, seq);
            return known != 0 && users.Sessions[known].Server == session.Server ? seq : PutRefusal.RequestDeleted;
        }

        if (requests.IsFull)
        {
            return PutRefusal.TooManyRequests;
        }

        var result = session.Seq > 0 ? users.Restore(session, put.RoomId) : users.Put(session, put.RoomId, put.MinSeq);
        if (result.Seq > 0)
        {
            requests.Set(key, result.Seq, now);
        }

        return result;
    }

    /// <summary>Restores a session, unless the same restore has been given another seq and that session is there.</summary>
    /// <returns>The session's seq.</returns>
    public int Restore(Users users, Session session, int roomId)
    {
        var (key, now) = (RequestKey.OfRestore(session.UserId, session.Server, session.Seq), session.Created);
        moved.Expire(now, ExpiredPerCall);
        if (moved.TryGet(key, now, out var other)
            && users.Find(session.UserId, other) is var index and not 0
            && users.Sessions[index].Server == session.Server)
        {
            return other;
        }

        var seq = users.Restore(session, roomId);
        if (seq != session.Seq)
        {
            moved.Set(key, seq, now);
        }

        return seq;
    }

    /// <summary>Deletes the session of the put with this request id, however old it is, and refuses puts with the id.</summary>
    /// <returns>True if the session existed and was deleted.</returns>
    public bool Del(Users users, RequestKey request, long now)
    {
        requests.Expire(now, ExpiredPerCall);
        var index = requests.TryGet(request, now, out var seq)
            ? users.Find(request.UserId, seq)
            : users.FindRequest(request.UserId, request.Folded);
        requests.Set(request, RecentPuts.Deleted, now);
        if (index == 0 || users.Sessions[index].Request != request.Folded)
        {
            return false;
        }

        users.Del(index, now);
        return true;
    }

    /// <summary>Forgets puts that are older than a minute.</summary>
    /// <returns>True if there may be more of them.</returns>
    public bool Expire(long now, int limit) => requests.Expire(now, limit) | moved.Expire(now, limit);
}
