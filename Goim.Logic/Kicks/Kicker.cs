using System.Globalization;
using System.Text;
using Goim.Kafka;
using Goim.Logic.Access;
using Goim.Logic.Delivery;
using Goim.Logic.Input;
using Goim.Logic.Push;
using Goim.Logic.Routing;
using Goim.Protocol;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Kicks;

/// <summary>Disconnects connections: those of a user, one, or all of a comet server. Comets do it, when they read the record.</summary>
public sealed class Kicker(RouterClient router, RecordProducer producer, IOptions<KafkaOptions> kafka)
{
    private const string NobodyKicked = "nobody was disconnected.";

    /// <summary>Most bytes of a reason.</summary>
    private const int MaxReasonBytes = 200;

    private readonly RecordSize size = new(kafka.Value.MaxRecordBytes);

    /// <summary>
    /// <c>?uid=42</c> or <c>?key=42_1</c>, with <c>&amp;reason=</c>, gives <c>{"sessions":2}</c>: how many sessions there are.
    /// <c>?server=3</c> gives nothing. A problem has the <c>outcome</c> that an acknowledged push has.
    /// </summary>
    internal async Task<Outcome<ReadOnlyMemory<byte>>> KickAsync(
        Entry entry, RawQuery query, Action<AuditEvent> audit, CancellationToken cancellationToken)
    {
        if (!KickTarget.Read(query).Is(out var target, out var problem)
            || !query.TryGetUtf8("reason", MaxReasonBytes, out var reason, out problem)
            || (target.Server is null && (problem = entry.TakeUsers(1, NobodyKicked)) is not null))
        {
            return problem;
        }

        var kicked = await KickAsync(target, reason, cancellationToken);
        audit(new AuditEvent(
            AuditKind.Kick, target.ToString(), 1, kicked.Is(out _, out problem) ? AuditEvent.Done : AuditEvent.OutcomeOf(problem)));
        return kicked;
    }

    private async Task<Outcome<ReadOnlyMemory<byte>>> KickAsync(KickTarget target, byte[] reason, CancellationToken cancellationToken)
    {
        if (target.Server is { } server)
        {
            return await SendAsync([PushRecord.Kick(server, [], reason)], default);
        }

        var userId = target.UserId ?? target.Key!.Value.UserId;
        if (!(await router.GetAsync(userId, NobodyKicked, cancellationToken)).Is(out var found, out var problem))
        {
            return problem;
        }

        var sessions = SessionsOf(userId, target.Key, found);
        var data = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"sessions\":{sessions.Count}}}"));
        return sessions.Count == 0 ? new ReadOnlyMemory<byte>(data) : await SendAsync(KickRecords.Of(size, sessions, reason), data);
    }

    private static List<(SubKey Key, int Server)> SessionsOf(long userId, SubKey? only, UserSessions found)
    {
        var sessions = new List<(SubKey, int)>();
        for (var i = 0; i < found.Count; i++)
        {
            if (only is null || only.Value.Seq == found.Seqs[i])
            {
                sessions.Add((new SubKey(userId, found.Seqs[i]), found.Servers[i]));
            }
        }

        return sessions;
    }

    private async Task<Outcome<ReadOnlyMemory<byte>>> SendAsync(PushRecord[] records, ReadOnlyMemory<byte> data)
    {
        if (producer.NeverFits(records.Length) is { } tooMany)
        {
            return tooMany;
        }

        var result = await producer.SendAsync(records, idempotencyKey: null);
        return result.Problem() is { } problem ? problem with { Data = PushData.Write(default, detail: false, result) } : data;
    }
}
