using Goim.Protocol;
using Google.Protobuf;

namespace Goim.Functions.Tests.Unit.Router;

/// <summary>An operation on a store of sessions and on its <see cref="SessionsModel"/>.</summary>
/// <param name="Kind">
/// put, put-id, restore, del, del-id, delserver, room, sent, users, advance, expire, page, heartbeat or get.
/// </param>
/// <param name="User">The user; of a page, the user before it.</param>
/// <param name="Seq">Of a restore, a del and a change of room; of a page, its length; of the users of a room, that of each page.</param>
/// <param name="Server">The comet server.</param>
/// <param name="Room">The room.</param>
/// <param name="Request">The number of a request id.</param>
/// <param name="AgeMs">Of a deletion.</param>
/// <param name="Ms">How far to advance the clock.</param>
internal sealed record SessionOperation(string Kind, long User, int Seq, int Server, int Room, int Request, int? AgeMs, int Ms)
{
    public ByteString RequestId => ByteString.CopyFrom([.. Enumerable.Repeat((byte)0, 15), (byte)Request]);

    public PutArg PutArg => new()
    {
        UserId = User,
        Server = Server,
        RoomId = Room,
        Seq = Kind == "restore" ? Seq : 0,
        RequestId = Kind == "put-id" ? RequestId : ByteString.Empty,
    };

    /// <summary>Length of a page of the users of a room.</summary>
    public int Limit => Math.Min(Seq, RouterLimits.MaxRoomUsers);

    public ChangeRoomArg ChangeRoomArg => new() { UserId = User, Seq = Seq, RoomId = Room, IsSent = Kind == "sent" };

    /// <summary>The users of the room, asked for page by page; room -1 is not asked for.</summary>
    /// <param name="pageAsync">Asks for the page after a user.</param>
    public async Task<string> UsersAsync(Func<long?, Task<RoomUsersReply>> pageAsync)
    {
        var users = new List<string>();
        long? after = null;
        for (var hasMore = Room != -1; hasMore;)
        {
            var page = await pageAsync(after);
            users.AddRange(SessionsModel.Text(page));
            Assert.InRange(page.UserIds.Count, page.HasMore ? 1 : 0, Limit);
            (hasMore, after) = (page.HasMore, page.UserIds.LastOrDefault());
        }

        return string.Join(' ', users);
    }
}
