using Goim.Protocol;
using Goim.Router;
using Google.Protobuf;

namespace Goim.Functions.Tests.Unit.Router;

/// <summary>What a store of sessions must do, in plain dictionaries.</summary>
/// <param name="maxSessions">Maximum number of sessions of a user; 0 for no limit.</param>
/// <param name="expiryMs">How long a user without a session is remembered.</param>
internal sealed class SessionsModel(int maxSessions, int expiryMs)
{
    private const int MinuteMs = 60_000;

    private readonly SortedDictionary<long, User> users = [];
    private readonly Dictionary<(long User, int Request), (int Seq, long Time)> requests = [];
    private readonly Dictionary<(long User, int Server, int Seq), (int Seq, long Time)> moved = [];
    private readonly HashSet<int> forgotten = [.. Enumerable.Range(-1, 5)];
    private long now;
    private int puts;

    public string Do(Operation operation)
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
            all.Count,
            users.Where(user => user.Value.Sessions.Count > 0).Select(user => user.Key));
    }

    /// <summary>The counts of a store, as <see cref="Counts"/> has them.</summary>
    public static string Text(IDictionary<int, int> rooms, IDictionary<int, int> servers, int count, IEnumerable<long> users) =>
        $"{Text(rooms)} / {Text(servers)} / {count} / {string.Join(' ', users)}";

    private static string Text(IDictionary<int, int> counts) => string.Join(' ', counts.OrderBy(count => count.Key));

    private PutResult Put(Operation operation) =>
        maxSessions > 0 && users.GetValueOrDefault(operation.User)?.Sessions.Count >= maxSessions
            ? PutRefusal.TooManySessions
            : PutNext(operation);

    private PutResult PutOnce(Operation operation)
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

    private int PutNext(Operation operation)
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

    private int Restore(Operation operation)
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

        user.Last = Math.Max(user.Last, operation.Seq);
        user.Sessions[operation.Seq] = (operation.Server, operation.Room, now, 0, 0);
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
        user.EmptySince = now;
        return true;
    }

    private User UserOf(Operation operation) =>
        users.GetValueOrDefault(operation.User) ?? (users[operation.User] = new User());

    /// <param name="Kind">put, put-id, restore, del, del-id, delserver, advance, expire, page, heartbeat or get.</param>
    /// <param name="User">The user; of a page, the user before it.</param>
    /// <param name="Seq">Of a restore and a del; of a page, its length.</param>
    /// <param name="Server">The comet server.</param>
    /// <param name="Room">The room.</param>
    /// <param name="Request">The number of a request id.</param>
    /// <param name="AgeMs">Of a deletion.</param>
    /// <param name="Ms">How far to advance the clock.</param>
    public sealed record Operation(string Kind, long User, int Seq, int Server, int Room, int Request, int? AgeMs, int Ms)
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
    }

    private sealed class User
    {
        public SortedDictionary<int, (int Server, int Room, long Created, int Request, int Put)> Sessions { get; } = [];

        public int Last { get; set; }

        public long EmptySince { get; set; }
    }
}
