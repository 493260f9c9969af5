using Goim.Logic.Access;
using Goim.Logic.Idempotency;
using Goim.Logic.Input;

namespace Goim.Logic.Push;

/// <summary>A push as its query and its headers ask for it. The body is not part of it.</summary>
/// <param name="Target">
/// The recipients. Those of a <see cref="PushKind.Users"/> or <see cref="PushKind.Rooms"/> push are in the body.
/// </param>
/// <param name="Options">When and how to answer.</param>
/// <param name="Entry">The caller's request.</param>
public readonly record struct PushRequest(PushTarget Target, AnswerOptions Options, Entry Entry)
{
    /// <summary>Reads the query of a push.</summary>
    /// <param name="entry">The caller's request.</param>
    /// <param name="kind">The route.</param>
    /// <param name="query">
    /// <c>uid</c>, <c>key</c>, <c>rid</c>, <c>ensure</c>, <c>except</c> and <c>ttl</c>, and the query of <see cref="AnswerOptions.Read"/>.
    /// </param>
    /// <param name="idempotencyKey">The header. Null if there is none.</param>
    /// <param name="defaultAck">When to answer if the query does not say.</param>
    public static Outcome<PushRequest> Read(
        Entry entry, PushKind kind, RawQuery query, IdempotencyKey? idempotencyKey, PushAck defaultAck) =>
        PushTarget.Read(kind, query).Is(out var target, out var problem)
        && AnswerOptions.Read(query, idempotencyKey, defaultAck).Is(out var options, out problem)
            ? new PushRequest(target, options, entry)
            : problem;
}

/// <summary>When and how a push or a batch is answered.</summary>
/// <param name="Ack">When it is answered.</param>
/// <param name="Detail">Whether the answer tells how many recipients there are.</param>
/// <param name="Dry">Whether nothing is sent.</param>
/// <param name="IdempotencyKey">A repeat with the same key sends nothing. Null for none, and for a dry run.</param>
public readonly record struct AnswerOptions(PushAck Ack, bool Detail, bool Dry, IdempotencyKey? IdempotencyKey)
{
    /// <summary>Reads the options of a push or a batch.</summary>
    /// <param name="query"><c>ack=queue|broker</c>, <c>detail</c> and <c>dry</c>.</param>
    /// <param name="idempotencyKey">The header. Null if there is none.</param>
    /// <param name="defaultAck">When to answer if the query does not say.</param>
    public static Outcome<AnswerOptions> Read(RawQuery query, IdempotencyKey? idempotencyKey, PushAck defaultAck)
    {
        var ack = query["ack"];
        if (ack is not (null or "queue" or "broker"))
        {
            return new Problem(ProblemKind.BadInput, $"ack is {Quoted.Of(ack)}: expected queue or broker.");
        }

        if (!query.TryGetBool("detail", out var detail, out var problem) || !query.TryGetBool("dry", out var dry, out problem))
        {
            return problem;
        }

        if (idempotencyKey?.Problem() is { } badKey)
        {
            return badKey;
        }

        return new AnswerOptions(
            ack is null ? defaultAck : ack == "broker" ? PushAck.Broker : PushAck.Queue,
            detail || dry,
            dry,
            dry ? null : idempotencyKey);
    }
}
