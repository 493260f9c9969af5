using Goim.Logic.Facade;
using Goim.Logic.Input;
using Goim.Logic.Routing;
using Goim.Logic.Routing.Nodes;
using Goim.Protocol;

namespace Goim.Logic.Rooms;

/// <summary>Tells who is in a room, a page at a time: node by node.</summary>
public sealed class RoomUsers(RouterClient router)
{
    private const int DefaultPage = 1_000;
    private const string NotKnown = "the users of the room are not known.";

    /// <summary>
    /// <c>?rid=1&amp;after=&amp;limit=1000</c> gives <c>{"users":[{"userId":42,"sessions":[{"seq":1,"server":3}]}],"next":"…"}</c>. At
    /// the end <c>next</c> is null.
    /// </summary>
    public async Task<Outcome<ReadOnlyMemory<byte>>> ListAsync(RawQuery query, CancellationToken cancellationToken)
    {
        if (!Read(query).Is(out var asked, out var problem)
            || !(await router.Rooms.StoresAsync(NotKnown, cancellationToken)).Is(out var stores, out problem))
        {
            return problem;
        }

        var (roomId, limit, after) = asked;
        var (store, last) = (0, (long?)null);
        if (after is not null)
        {
            if (!UsersCursor.TryParse(after, out var cursor) || cursor.RoomId != roomId || (store = IndexOf(stores, cursor.Node)) < 0)
            {
                return new Problem(
                    ProblemKind.BadInput,
                    $"after is {Quoted.Of(after)}: expected the next of a page of room {roomId} over these router nodes. Begin again "
                    + "without after.");
            }

            last = cursor.After;
        }

        using var json = new UsersJson();
        for (var count = 0; store < stores.Length;)
        {
            var node = stores[store];
            var arg = new RoomUsersArg { RoomId = roomId, Limit = limit - count };
            if (last is { } user)
            {
                arg.AfterUserId = user;
            }

            var answer = await node.RoomUsersAsync(arg, cancellationToken);
            if (answer.Reply is not { } page)
            {
                return NodeFailure.Problem([answer.Failure], NotKnown);
            }

            for (var (i, start) = (0, 0); i < page.UserIds.Count; start += page.Counts[i], i++)
            {
                if (!json.TryAdd(page.UserIds[i], new UserSessions(page.Seqs, page.Servers, start, page.Counts[i])))
                {
                    return count == 0 ? UsersJson.TooLarge(page.UserIds[i]) : json.End(CursorAt(node, last));
                }

                (last, count) = (page.UserIds[i], count + 1);
            }

            if (!page.HasMore)
            {
                // A node that turns out to share its store has answered for all.
                (store, last) = (node.IsShared is true ? stores.Length : store + 1, null);
            }

            if (count >= limit && store < stores.Length)
            {
                return json.End(CursorAt(stores[store], last));
            }
        }

        return json.End(next: null);

        string CursorAt(NodeClient node, long? lastUser) =>
            new UsersCursor(roomId, node.IsShared is true ? "" : node.Name, lastUser).ToString();
    }

    private static Outcome<(int RoomId, int Limit, string? After)> Read(RawQuery query)
    {
        if (!query.TryGetInt32("rid", out var roomId, out var problem)
            || !query.TryGetInt32("limit", DefaultPage, 1, RouterLimits.MaxRoomUsers, out var limit, out problem))
        {
            return problem;
        }

        if (roomId == NoRoom.Id)
        {
            return new Problem(ProblemKind.BadInput, $"rid is '{roomId}', which is no room: expected a room.");
        }

        return (roomId, limit, string.IsNullOrEmpty(query["after"]) ? null : query["after"]);
    }

    // -1 if the cursor's node is gone, or the nodes now share a store, or do not any more.
    private static int IndexOf(NodeClient[] stores, string node) => node.Length > 0
        ? stores[0].IsShared is true ? -1 : Array.FindIndex(stores, each => each.Name == node)
        : Array.Exists(stores, each => each.IsShared is false) ? -1 : 0;
}
