using Goim.Protocol;
using Goim.Router;

namespace Goim.Functions.Tests.Unit.Router;

/// <summary>What a store of sessions must do, in plain dictionaries.</summary>
/// <param name="maxSessions">Maximum number of sessions of a user; 0 for no limit.</param>
/// <param name="expiryMs">How long a user without a session is remembered.</param>
/// <param name="buckets">Number of buckets.</param>
internal sealed class SessionsModel(int maxSessions, int expiryMs, int buckets)
{
    private const int MinuteMs = 60_000;

    private readonly SortedDictionary<long, ModelUser> users = [];
    private readonly Dictionary<(long User, int Request), (int Seq, long Time)> requests = [];
    private readonly Dictionary<(long User, int Server, int Seq), (int Seq, long Time)> moved = [];
    private readonly HashSet<int> forgotten = [.. Enumerable.Range(-1, 5)];
    private long now;
    private int puts;

    public string Do(SessionOperation operation)
    {
        switch (operation.Kind)
        {
            case "put":
                return $"{Put(operation)}";
            case "put-id":
                return $"{PutOnce(operation)}";
            case "restore":
                return $"{(PutResult)Restore(operation)}";
            case "del":
                return $"{Del(operation.User, operation.Seq, operation.AgeMs)}";
            case "del-id":
                return $"{DelRequest(operation.User, operation.Request)}";
            case "delserver":
                foreach (var (id, each) in users)
                {
                    var ofServer = each.Sessions.Where(session => session.Value.Server == operation.Server).ToList();
                    foreach (var session in ofServer.Where(session => Del(id, session.Key, operation.AgeMs ?? 0)))
                    {
                        forgotten.Add(session.Value.Server);
                    }
                }

                return "";
            case "heartbeat":
                return forgotten.Remove(operation.Server) ? "new epoch" : "same epoch";
            case "advance":
                now += operation.Ms;
                return "";
            case "expire":
                var expired = users.Where(each => each.Value.Sessions.Count == 0 && each.Value.EmptySince < now - expiryMs).ToList();
                expired.ForEach(each => users.Remove(each.Key));
                return "";
            case "room":
                return ModelUser.Text(users.GetValueOrDefault(operation.User)?.ChangeRoom(operation.Seq, operation.Room, now));
            case "sent":
                return ModelUser.Text(users.GetValueOrDefault(operation.User)?.EndChange(operation.Seq, operation.Room, now));
            case "users":
                return operation.Room == -1 ? "" : UsersOf(operation.Room);
            case "page":
                var after = users.Where(each => each.Key > operation.User && each.Value.Sessions.Count > 0);
                return string.Join(' ', after.Select(each => each.Key).Take(operation.Seq));
            default:
                var sessions = users.GetValueOrDefault(operation.User)?.Sessions ?? [];
                return $"{string.Join(' ', sessions.Select(session => (session.Key, session.Value.Server)))} {sessions.Count}";
        }
    }

    public string Counts()
    {
        var all = users.Values.SelectMany(user => user.Sessions.Values).ToList();
        return Text(
            all.GroupBy(session => session.Room).ToDictionary(group => group.Key, group => group.Count()),
            all.GroupBy(session => session.Server).ToDictionary(group => group.Key, group => group.Count()),
            (all.Count, users.Values.Count(user => user.Sessions.Count > 0)),
            users.Where(user => user.Value.Sessions.Count > 0).Select(user => user.Key));
    }

    /// <summary>The counts of a store, as <see cref="Counts"/> has them.</summary>
    public static string Text(
        IDictionary<int, int> rooms, IDictionary<int, int> servers, (long Sessions, long Users) total, IEnumerable<long> users) =>
        $"{Text(rooms)} / {Text(servers)} / {total} / {string.Join(' ', users)}";

    /// <summary>A page of the users of a room.</summary>
    public static IEnumerable<string> Text(RoomUsersReply page)
    {
        var session = 0;
        for (var i = 0; i < page.UserIds.Count; i++)
        {
            var sessions = Enumerable.Range(session, page.Counts[i]).Select(at => $"{page.Seqs[at]}@{page.Servers[at]}");
            session += page.Counts[i];
            yield return $"{page.UserIds[i]}:{string.Join(',', sessions)}";
        }
    }

    private static string Text(IDictionary<int, int> counts) => string.Join(' ', counts.OrderBy(count => count.Key));

    // In the order of bucket and user id.
    private string UsersOf(int room) => string.Join(' ', users
        .OrderBy(user => (ulong)user.Key % (ulong)buckets)
        .ThenBy(user => user.Key)
        .Select(user => (user.Key, Sessions: user.Value.Sessions.Where(session => session.Value.Room == room).ToList()))
        .Where(user => user.Sessions.Count > 0)
        .Select(user => $"{user.Key}:{string.Join(',', user.Sessions.Select(session => $"{session.Key}@{session.Value.Server}"))}"));

    private PutResult Put(SessionOperation operation) =>
        maxSessions > 0 && users.GetValueOrDefault(operation.User)?.Sessions.Count >= maxSessions
            ? PutRefusal.TooManySessions
            : PutNext(operation);

    private PutResult PutOnce(SessionOperation operation)
    {
        if (requests.TryGetValue((operation.User, operation.Request), out var put) && now - put.Time < MinuteMs)
        {
            var sessions = users.GetValueOrDefault(operation.User)?.Sessions ?? [];
            return sessions.TryGetValue(put.Seq, out var session) && session.Server == operation.Server
                ? put.Seq
                : PutRefusal.RequestDeleted;
        }

        var result = Put(operation);
        if (result.Seq > 0)
        {
            requests[(operation.User, operation.Request)] = (result.Seq, now);
        }

        return result;
    }

    private int PutNext(SessionOperation operation)
    {
        var user = UserOf(operation);
        do
        {
            user.Last = user.Last == int.MaxValue ? 1 : user.Last + 1;
        }
        while (user.Sessions.ContainsKey(user.Last));

        var request = operation.Kind == "put-id" ? operation.Request : 0;
        user.Sessions[user.Last] = (operation.Server, operation.Room, now, request, ++puts);
        return user.Last;
    }

    private int Restore(SessionOperation operation)
    {
        var user = UserOf(operation);
        var restore = (operation.User, operation.Server, operation.Seq);
        if (moved.TryGetValue(restore, out var other) && now - other.Time < MinuteMs
            && user.Sessions.TryGetValue(other.Seq, out var found) && found.Server == operation.Server)
        {
            return other.Seq;
        }

        if (user.Sessions.TryGetValue(operation.Seq, out var session) && session.Server != operation.Server)
        {
            moved[restore] = (PutNext(operation), now);
            return moved[restore].Seq;
        }

        // A session that is there stays in its room.
        user.Last = Math.Max(user.Last, operation.Seq);
        var isThere = user.Sessions.TryGetValue(operation.Seq, out session);
        user.Sessions[operation.Seq] = (operation.Server, isThere ? session.Room : operation.Room, now, 0, 0);
        return operation.Seq;
    }

    // The session is found by its id, however old it is; a put that was forgotten after a minute is still its session's.
    private bool DelRequest(long userId, int request)
    {
        var isKnown = requests.TryGetValue((userId, request), out var put) && now - put.Time < MinuteMs;
        requests[(userId, request)] = (0, now);
        var sessions = users.GetValueOrDefault(userId)?.Sessions ?? [];
        var ofRequest = sessions.Where(session => session.Value.Request == request && (!isKnown || session.Key == put.Seq)).ToList();
        return ofRequest.Count > 0 && Del(userId, ofRequest.MaxBy(session => session.Value.Put).Key, null);
    }

    private bool Del(long userId, int seq, int? ageMs)
    {
        var user = users.GetValueOrDefault(userId);
        if (user is null || !user.Sessions.TryGetValue(seq, out var session) || session.Created > now - (ageMs ?? 0))
        {
            return false;
        }

        user.Sessions.Remove(seq);
        user.Changes.Remove(seq);
        user.EmptySince = now;
        return true;
    }

    private ModelUser UserOf(SessionOperation operation) =>
        users.GetValueOrDefault(operation.User) ?? (users[operation.User] = new ModelUser());
}
