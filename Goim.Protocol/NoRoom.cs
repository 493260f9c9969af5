namespace Goim.Protocol;

/// <summary>The room of a session that is in none. Every other int32 is a room.</summary>
public static class NoRoom
{
    /// <summary>-1.</summary>
    public const int Id = -1;
}
