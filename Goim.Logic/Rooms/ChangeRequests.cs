using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Goim.Logic.Access;
using Goim.Logic.Routing;
using Goim.Logic.Routing.Nodes;
using Goim.Protocol;

namespace Goim.Logic.Rooms;

/// <summary>
/// Changes of rooms that backends and comets ask for. Each method takes a body and gives the <c>data</c> of the answer, UTF-8 JSON.
/// </summary>
public sealed class ChangeRequests(RouterClient router, RoomMover mover)
{
    /// <summary>Most bytes of a body with one change.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    /// <summary>Most bytes of a body with many changes.</summary>
    public const int MaxBatchBytes = 4 * 1024 * 1024;

    private const string NotChanged = "nothing was changed.";

    /// <summary>Bytes of a change in an answer, roughly.</summary>
    private const int ChangeBytes = 32;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>{"key":"42_1","roomId":7}</c> gives <c>{"roomId":7}</c>. Room -1 is no room.</summary>
    internal async Task<Outcome<ReadOnlyMemory<byte>>> ChangeAsync(
        Entry entry, ReadOnlyMemory<byte> body, Action<AuditEvent> audit, CancellationToken cancellationToken)
    {
        if (!ChangesBody.ReadChange(body).Is(out var change, out var problem)
            || (problem = entry.TakeUsers(1, NotChanged)) is not null)
        {
            return problem;
        }

        cancellationToken.ThrowIfCancellationRequested();
        await mover.RunAsync([change]);
        audit(new AuditEvent(AuditKind.ChangeRoom, $"key {change.Key}", 1, OutcomeOf(change)));
        return change.Problem is { } failed
            ? failed
            : new ReadOnlyMemory<byte>(
                Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"roomId\":{change.RoomId}}}")));
    }

    /// <summary>
    /// <c>{"server":3,"changes":[{"key":"42_1","roomId":7},…]}</c> gives <c>{"changes":[{"roomId":7},{"error":"…","retry":false}]}</c>,
    /// in order. Only sessions of that comet server are changed.
    /// </summary>
    public async Task<Outcome<ReadOnlyMemory<byte>>> ChangeManyAsync(
        Entry entry, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!ChangesBody.ReadChanges(body).Is(out var asked, out var problem)
            || (problem = entry.TakeUsers(asked.Changes.Length, NotChanged)) is not null)
        {
            return problem;
        }

        await CheckServersAsync(asked.Server, asked.Changes, cancellationToken);
        await mover.RunAsync(asked.Changes);
        return Write(asked.Changes);
    }

    private static string OutcomeOf(PendingChange change) =>
        change.Problem is not { } problem ? AuditEvent.Done : AuditEvent.OutcomeOf(problem with { IsDoneInPart = change.IsBegun });

    private static ReadOnlyMemory<byte> Write(PendingChange[] changes)
    {
        var output = new ArrayBufferWriter<byte>(changes.Length * ChangeBytes);
        using var json = new Utf8JsonWriter(output, Readable);
        json.WriteStartObject();
        json.WriteStartArray("changes"u8);
        foreach (var change in changes)
        {
            json.WriteStartObject();
            if (change.Problem is { } problem)
            {
                json.WriteString("error"u8, problem.Error);
                json.WriteBoolean("retry"u8, problem.RetryAfter is not null);
            }
            else
            {
                json.WriteNumber("roomId"u8, change.RoomId);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    // A node does not know who asks. So the sessions are looked up before they are moved.
    private async Task CheckServersAsync(int server, PendingChange[] asked, CancellationToken cancellationToken)
    {
        var users = DistinctUsers.Of(Array.ConvertAll(asked, change => change.Key.UserId)).Ids;
        using var found = await router.FindAsync(users.ToArray(), long.MaxValue, cancellationToken);
        var known = found.ByUser(cancellationToken);
        foreach (var change in asked)
        {
            if (found.FailureOf(change.Key.UserId) is { } failure)
            {
                change.Fail(NodeFailure.Problem([failure], NotChanged));
            }
            else if (!known.TryGetValue(change.Key.UserId, out var sessions) || !sessions.Seqs.Contains(change.Key.Seq))
            {
                change.Fail(ChangeProblems.Gone(change.Key));
            }
            else if (sessions.Servers[sessions.Seqs.IndexOf(change.Key.Seq)] is var other && other != server)
            {
                change.Fail(new Problem(
                    ProblemKind.BadInput,
                    $"key is '{change.Key}', a session of comet server {other}: expected one of server {server}; {NotChanged}"));
            }
        }
    }
}
