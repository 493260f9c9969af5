using Goim.Logic.Input;

namespace Goim.Logic.Push;

/// <summary>When a push is answered.</summary>
public enum PushAck
{
    /// <summary>When its records are handed to the Kafka output binding.</summary>
    Queue,

    /// <summary>When a broker has acknowledged each of its records.</summary>
    Broker,
}

/// <summary>What a caller asks of a push beyond the push itself.</summary>
/// <param name="Ack">When it is answered.</param>
/// <param name="Detail">Whether the answer tells whom the push reaches.</param>
/// <param name="Dry">Whether that is all: nothing is sent.</param>
/// <param name="IdempotencyKey">A repeat with the same key sends nothing; null for none.</param>
public readonly record struct PushTerms(PushAck Ack, bool Detail, bool Dry, string? IdempotencyKey)
{
    /// <summary>The header that an idempotency key comes in.</summary>
    public const string KeyHeader = "Idempotency-Key";

    private const int LongestKey = 128;

    /// <param name="query"><c>ack=queue|broker</c>, <c>detail</c> and <c>dry</c>.</param>
    /// <param name="key">The header; null if there is none.</param>
    /// <param name="unlessSaid">When to answer a request that does not say.</param>
    public static Outcome<PushTerms> Read(RawQuery query, string? key, PushAck unlessSaid)
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

        if (key is not null && (key.Length is 0 or > LongestKey || key.AsSpan().ContainsAnyExceptInRange('!', '~')))
        {
            return new Problem(ProblemKind.BadInput, $"{KeyHeader} is {Quoted.Of(key)}: expected 1 to {LongestKey} visible ASCII characters.");
        }

        return new PushTerms(ack is null ? unlessSaid : ack == "broker" ? PushAck.Broker : PushAck.Queue, detail || dry, dry, key);
    }
}
