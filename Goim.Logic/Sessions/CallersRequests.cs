using System.Collections.Concurrent;
using System.Globalization;
using Goim.Logic.Routing.Nodes;
using Goim.Protocol;

namespace Goim.Logic.Sessions;

/// <summary>The puts that have their callers' request ids, and so may be repeated by them.</summary>
internal sealed class CallersRequests(TimeProvider time)
{
    /// <summary>Those that were refused lately.</summary>
    public RefusedRequests Refused { get; } = new(time);

    /// <summary>Those under way. A repeat waits for the same put, so that both get the same answer.</summary>
    public ConcurrentDictionary<string, Lazy<Task<NodeReply<PutReply>>>> UnderWay { get; } = new(StringComparer.Ordinal);

    /// <summary>The key of a put: its user, server and request id.</summary>
    public static string Of(PutArg session) =>
        string.Create(CultureInfo.InvariantCulture, $"{session.UserId} {session.Server} {RequestId.Text(session.RequestId)}");
}
