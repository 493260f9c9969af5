using System.Text.Json;
using Goim.Logic.Access;
using Goim.Logic.Input;
using Goim.Logic.Sessions;
using Goim.Protocol;

namespace Goim.Logic.Facade;

/// <summary>
/// The calls of RouterRPC that change sessions, as JSON for comets. Each method takes a body and gives the <c>data</c> of the answer, UTF-8
/// JSON.
/// </summary>
/// <remarks>In goim, comets call logic by RPC (logic/rpc.go), and logic calls the routers (logic/router.go).</remarks>
public sealed class RouterFacade(Registrations registrations, SessionRestore restore, Deletions deletions)
{
    /// <summary>Most bytes of the body of a call for one session.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    /// <summary>Most bytes of the body of a call for many: more than 400 for each entry. The longest entry of an mput has 121.</summary>
    public const int MaxBatchBytes = 4 * 1024 * 1024;

    /// <summary><c>{"userId":42,"server":3,"roomId":1}</c> gives <c>{"seq":1,"key":"42_1"}</c>.</summary>
    public async Task<Outcome<ReadOnlyMemory<byte>>> PutAsync(
        Entry entry, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        const string NotPut = "the session is not put.";
        if (!PutBody.ReadPut(body).Is(out var put, out var problem)
            || (problem = entry.TakeUsers(1, NotPut)) is not null
            || !(await registrations.PutAsync(put, NotPut, cancellationToken)).Is(out var reply, out problem))
        {
            return problem;
        }

        return Json(new { reply.Seq, Key = new SubKey(put.UserId, reply.Seq).ToString() });
    }

    /// <summary>
    /// <c>{"puts":[{"key":"42_7","server":3},{"userId":43,"server":3}]}</c> gives <c>{"keys":["42_7","43_1"]}</c>, or with a problem
    /// <c>{"keys":["42_7",null],"failed":[1]}</c>.
    /// </summary>
    public async Task<Outcome<ReadOnlyMemory<byte>>> MPutAsync(
        Entry entry, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!PutBody.ReadMPut(body).Is(out var puts, out var problem)
            || (problem = entry.TakeUsers(puts.Length, "no session is put.")) is not null)
        {
            return problem;
        }

        var restored = await restore.MPutAsync(puts, cancellationToken);
        return restored.Problem is null ? PutKeys.Write(puts, restored) : restored.Problem with { Data = PutKeys.Write(puts, restored) };
    }

    /// <summary><c>{"userId":42,"seq":1}</c> gives <c>{"has":true}</c>, or <c>{"journalled":true}</c>.</summary>
    public async Task<Outcome<ReadOnlyMemory<byte>>> DelAsync(
        Entry entry, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!JsonBody.Parse(body, """{"userId":42,"seq":1}""").Is(out var members, out var problem)
            || !members.TryGetInt64("userId", out var userId, out problem)
            || !members.TryGetInt32("seq", out var seq, out problem)
            || (problem = entry.TakeUsers(1, "the session is not deleted.")) is not null
            || !(await deletions.DelAsync(new SubKey(userId, seq), cancellationToken)).Is(out var deletion, out problem))
        {
            return problem;
        }

        return deletion.SessionData();
    }

    /// <summary><c>{"server":3}</c> gives <c>{}</c>, or <c>{"journalled":["2"]}</c>.</summary>
    internal async Task<Outcome<ReadOnlyMemory<byte>>> DelServerAsync(
        ReadOnlyMemory<byte> body, Action<AuditEvent> audit, CancellationToken cancellationToken)
    {
        if (!JsonBody.Parse(body, """{"server":3}""").Is(out var members, out var problem)
            || !members.TryGetInt32("server", out var server, out problem))
        {
            return problem;
        }

        var deleted = await deletions.DelServerAsync(server, cancellationToken);
        audit(Deletion.AuditServer(server, deleted));
        return deleted.Is(out var deletion, out problem) ? deletion.ServerData() : problem;
    }

    private static ReadOnlyMemory<byte> Json<T>(T data) => JsonSerializer.SerializeToUtf8Bytes(data, JsonSerializerOptions.Web);
}
