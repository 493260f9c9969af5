namespace Goim.Router.Memory;

/// <summary>Finds the heads of many users in a table.</summary>
internal static class SessionHeads
{
    /// <summary>Finds the head of each user, as <see cref="SessionTable.FindHead"/> does for one.</summary>
    // The first two loops have no branch that depends on what they read, so that the processor reads many entries from memory at once.
    public static void Find(SessionTable sessions, ReadOnlySpan<long> userIds, Span<int> heads)
    {
        for (var i = 0; i < heads.Length; i++)
        {
            heads[i] = sessions.FirstInChain(userIds[i]);
        }

        Span<long> firstIds = stackalloc long[heads.Length];
        for (var i = 0; i < heads.Length; i++)
        {
            firstIds[i] = sessions[heads[i]].UserId;
        }

        for (var i = 0; i < heads.Length; i++)
        {
            if (firstIds[i] != userIds[i] || !sessions[heads[i]].IsHead)
            {
                heads[i] = sessions.FindHead(userIds[i]);
            }
        }
    }
}
