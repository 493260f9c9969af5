using Google.Protobuf.Collections;

namespace Goim.Router.Memory;

/// <summary>The users of a bucket: what a put and a deletion do to their sessions and to the counts. Lives behind the bucket's lock.</summary>
internal sealed class Users
{
    public SessionTable Sessions { get; } = new();

    public SessionCounts Counts { get; } = new();

    /// <summary>Adds a session, or with a seq restores that one.</summary>
    /// <returns>The session's seq; 0 if the user has none left to give.</returns>
    public int Put(Session session)
    {
        var first = Sessions.First(session.UserId);
        var last = first == 0 ? 0 : Sessions[first].Number;
        if (session.Seq == 0)
        {
            if (last == int.MaxValue)
            {
                return 0;
            }

            session.Seq = last + 1;
        }

        if (first != 0 && !Sessions[first].IsThere && session.Seq >= last)
        {
            Sessions.Replace(first, session);
        }
        else if (session.Seq <= last && Sessions.Find(session.UserId, session.Seq) is var place and not 0)
        {
            Counts.Remove(Sessions[place]);
            Sessions.Replace(place, session);
        }
        else
        {
            Sessions.Add(session);
        }

        Counts.Add(session);
        return session.Seq;
    }

    /// <summary>Removes a session that is there. The one of its user's highest number stays as gone, since it tells which that was.</summary>
    /// <returns>How many sessions it had to pass.</returns>
    public int Del(int place, long nowUnixMs)
    {
        var passed = 0;
        ref var session = ref Sessions[place];
        Counts.Remove(session);
        var first = Sessions.First(session.UserId);
        if (place == first)
        {
            session.Seq = -session.Seq;
        }
        else
        {
            passed = Sessions.Remove(place);
        }

        if (!Sessions[first].IsThere)
        {
            Sessions[first].UnixMs = nowUnixMs;
        }

        return passed;
    }

    /// <summary>Whether the user at this place has been without a session since before <paramref name="oldestUnixMs"/>.</summary>
    public bool IsExpired(int place, long oldestUnixMs) => Sessions[place].Seq < 0 && Sessions[place].UnixMs < oldestUnixMs && Sessions.Next(place) == 0;

    /// <summary>Adds the user's sessions to both lists, the highest seq first.</summary>
    public void Get(long userId, RepeatedField<int> seqs, RepeatedField<int> servers)
    {
        for (var place = Sessions.First(userId); place != 0; place = Sessions.Next(place))
        {
            ref var session = ref Sessions[place];
            if (session.IsThere)
            {
                seqs.Add(session.Seq);
                servers.Add(session.Server);
            }
        }
    }

    public int Count(long userId)
    {
        var count = 0;
        for (var place = Sessions.First(userId); place != 0; place = Sessions.Next(place))
        {
            count += Sessions[place].IsThere ? 1 : 0;
        }

        return count;
    }
}
