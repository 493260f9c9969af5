namespace Goim.Router.Memory;

/// <summary>A user's sessions and the last sequence number given to it. Lives behind its bucket's lock.</summary>
internal sealed class User
{
    private Session[] sessions = [];

    /// <summary>Highest sequence number that this user ever had; the next one is above it.</summary>
    public int LastSeq { get; set; }

    /// <summary>When the last session left, Unix time in ms; means something only while there is none.</summary>
    public long EmptySinceUnixMs { get; private set; }

    /// <summary>Whether the bucket has this user in line to be forgotten.</summary>
    public bool InLine { get; set; }

    public ReadOnlySpan<Session> Sessions => sessions;

    /// <summary>Adds a session; they are in the order of their seqs.</summary>
    public void Add(Session session)
    {
        var at = sessions.Length;
        while (at > 0 && sessions[at - 1].Seq > session.Seq)
        {
            at--;
        }

        sessions = [.. sessions.AsSpan(0, at), session, .. sessions.AsSpan(at)];
    }

    public void Replace(int index, Session session) => sessions[index] = session;

    public void RemoveAt(int index, long nowUnixMs)
    {
        sessions = [.. sessions.AsSpan(0, index), .. sessions.AsSpan(index + 1)];
        EmptySinceUnixMs = nowUnixMs;
    }

    public int IndexOf(int seq)
    {
        for (var i = 0; i < sessions.Length; i++)
        {
            if (sessions[i].Seq == seq)
            {
                return i;
            }
        }

        return -1;
    }
}
