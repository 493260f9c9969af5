using System.Diagnostics;
using Goim.Logic.Delivery;
using Goim.Logic.Monitor;
using Goim.Logic.Routing;
using Goim.Logic.Telemetry;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Push;

/// <summary>Plans pushes: asks the router nodes which comet servers hold the users, and gives the records for them.</summary>
/// <remarks>goim logic/push.go. A problem means that nothing is to be sent.</remarks>
public sealed class Pusher(RouterClient router, SessionLookup lookup, IOptions<KafkaOptions> kafka, IOptions<PushOptions> options, Figures figures)
{
    private const string NothingSent = "nothing was sent.";
    private readonly RecordSize size = new(kafka.Value.MaxRecordBytes);

    /// <summary>The largest message that any record can carry, in bytes.</summary>
    public int MaxMessageBytes => size.MaxMessageBytes;

    /// <summary>The largest body of <c>/1/pushs</c>, in bytes.</summary>
    public int MaxPushsBytes => options.Value.MaxRequestBytes;

    /// <summary>To one user: one <c>multiple</c> record per comet server that holds a session of it; none without a session.</summary>
    public async Task<Outcome<PushRecord[]>> PushAsync(long userId, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        using var span = StartSpan();
        if (!(await router.GetAsync(userId, NothingSent, cancellationToken)).Is(out var sessions, out var problem))
        {
            return problem;
        }

        var plan = new PushPlanner(size);
        plan.Add(userId, sessions);
        return Planned(plan.Records(message), span);
    }

    /// <summary>To the users of a <c>/1/pushs</c> body.</summary>
    public async Task<Outcome<PushRecord[]>> PushsAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var span = StartSpan();
        if (!PushsBody.Parse(body, options.Value.MaxUsers).Is(out var pushs, out var problem))
        {
            return problem;
        }

        if (pushs.Message.Length > MaxMessageBytes)
        {
            return size.TooLarge(pushs.Message.Length);
        }

        if (!(await lookup.MGetAsync(pushs.UserIds, NothingSent, cancellationToken)).Is(out var replies, out problem))
        {
            return problem;
        }

        var plan = new PushPlanner(size);
        foreach (var reply in replies)
        {
            for (var i = 0; i < reply.UserIds.Count; i++)
            {
                plan.Add(reply.UserIds[i], reply.Sessions[i]);
            }
        }

        return Planned(plan.Records(pushs.Message), span);
    }

    /// <summary>To every connection: one <c>broadcast</c> record.</summary>
    public Outcome<PushRecord[]> PushAll(ReadOnlyMemory<byte> message) =>
        One(PushRecord.Broadcast(message), message);

    /// <summary>To the connections in a room: one <c>broadcast_room</c> record.</summary>
    public Outcome<PushRecord[]> PushRoom(int roomId, bool ensure, ReadOnlyMemory<byte> message) =>
        One(PushRecord.BroadcastRoom(roomId, ensure, message), message);

    private Outcome<PushRecord[]> One(in PushRecord record, ReadOnlyMemory<byte> message)
    {
        using var span = StartSpan();
        return size.Fits(record) ? Planned(new[] { record }, span) : size.TooLarge(message.Length);
    }

    // OpenTelemetry's conventions for messaging.
    private Activity? StartSpan() => GoimTelemetry.Source.HasListeners()
        ? GoimTelemetry.Source.StartActivity($"send {kafka.Value.Topic}", ActivityKind.Producer)?
            .SetTag("messaging.system", "kafka").SetTag("messaging.operation.type", "send").SetTag("messaging.destination.name", kafka.Value.Topic)
        : null;

    private Outcome<PushRecord[]> Planned(Outcome<PushRecord[]> plan, Activity? span)
    {
        if (plan.Is(out var records, out _))
        {
            figures.Pushed(records.Length);
            span?.SetTag("messaging.batch.message_count", records.Length);
        }

        return plan;
    }
}
