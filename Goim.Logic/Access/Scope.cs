namespace Goim.Logic.Access;

/// <summary>What a caller may do. A caller has any number of scopes.</summary>
[Flags]
public enum Scope
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>push.user</c>: pushes to users.</summary>
    PushUser = 1,

    /// <summary><c>push.room</c>: pushes to rooms.</summary>
    PushRoom = 2,

    /// <summary><c>push.all</c>: pushes to all connections.</summary>
    PushAll = 4,

    /// <summary><c>comet</c>: what a comet does: it connects, disconnects and restores clients, and sends heartbeats.</summary>
    Comet = 8,

    /// <summary><c>read</c>: reads sessions, counts, counters and the state of router nodes.</summary>
    Read = 16,

    /// <summary><c>admin</c>: ends sessions and connections of others, changes their rooms, and sets counters to 0.</summary>
    Admin = 32,

    /// <summary>Every scope.</summary>
    All = PushUser | PushRoom | PushAll | Comet | Read | Admin,
}
