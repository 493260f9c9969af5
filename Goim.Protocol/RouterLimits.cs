namespace Goim.Protocol;

/// <summary>Limits of the calls to a router node (router.proto, packed.proto).</summary>
public static class RouterLimits
{
    /// <summary>Maximum number of user ids in an MGet, repeats included. More are InvalidArgument.</summary>
    public const int MaxUsers = 10_000;

    /// <summary>Maximum number of puts in an MPut. More are InvalidArgument.</summary>
    public const int MaxPuts = 10_000;

    /// <summary>Maximum number of deletions in an MDel. More are InvalidArgument.</summary>
    public const int MaxDels = 10_000;

    /// <summary>Maximum number of changes in an MChangeRoom. More are InvalidArgument.</summary>
    public const int MaxChanges = 10_000;

    /// <summary>Maximum number of users in a page of RoomUsers. More are InvalidArgument.</summary>
    public const int MaxRoomUsers = 10_000;

    /// <summary>
    /// Maximum size of an answer with sessions, in bytes: 8 for each session and 4 for each user. A larger one is ResourceExhausted.
    /// </summary>
    public const int MaxReplyBytes = 16 * 1024 * 1024;

    private const int BytesPerSession = 8, BytesPerUser = 4, BytesPerRoomUser = 12;

    // The other fields of an answer, and the headers of its arrays.
    private const int OtherBytes = 64;

    /// <summary>Maximum number of sessions in an answer about so many users.</summary>
    public static int MaxSessions(int users) => (MaxReplyBytes - OtherBytes - (users * BytesPerUser)) / BytesPerSession;

    /// <summary>Maximum number of sessions in a page of RoomUsers with so many users, whose ids it has too.</summary>
    public static int MaxRoomSessions(int users) => (MaxReplyBytes - OtherBytes - (users * BytesPerRoomUser)) / BytesPerSession;
}
