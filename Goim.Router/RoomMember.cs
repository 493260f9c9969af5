namespace Goim.Router;

/// <summary>A session in a room.</summary>
/// <param name="UserId">Its user.</param>
/// <param name="Seq">Its seq.</param>
/// <param name="Server">Its comet server.</param>
internal readonly record struct RoomMember(long UserId, int Seq, int Server) : IComparable<RoomMember>
{
    /// <summary>By user id, then by seq.</summary>
    public int CompareTo(RoomMember other) =>
        UserId != other.UserId ? UserId.CompareTo(other.UserId) : Seq.CompareTo(other.Seq);
}
