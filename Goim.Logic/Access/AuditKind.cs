namespace Goim.Logic.Access;

/// <summary>What a line of the trail tells of. The names are in the log.</summary>
public enum AuditKind
{
    /// <summary>A push to all connections, or a batch that has some.</summary>
    PushAll,

    /// <summary>The sessions of one comet server are deleted.</summary>
    DelServer,

    /// <summary>Connections are disconnected.</summary>
    Kick,

    /// <summary>A session is moved to another room.</summary>
    ChangeRoom,

    /// <summary>A request without a valid credential: 401, or 503 if the authority of bearer tokens does not answer.</summary>
    RefusedKey,

    /// <summary>A caller without the scope, or without the room: 403.</summary>
    RefusedScope,

    /// <summary>A caller above one of its limits: 429.</summary>
    RefusedRate,
}
