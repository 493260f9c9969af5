using System.Net;
using System.Text.Json;

namespace Goim.Client.Calls;

/// <summary>
/// Whether the app holds an idempotency key for nothing. If its storage does not answer in time, the app refuses the push and sends
/// nothing, but the storage may have the key all the same. For a minute, repeats with that key are then refused.
/// </summary>
internal sealed class HeldKey
{
    private bool wasRefused, mayBeSent;

    /// <summary>Takes the reply to an attempt. Returns whether the key is held for nothing, so that a new one is safe.</summary>
    public bool IsHeldAfter(Reply reply)
    {
        var isOfApp = reply.Answer.ValueKind == JsonValueKind.Object;
        wasRefused |= isOfApp && reply is { Verdict: Verdict.NotDone, Status: HttpStatusCode.ServiceUnavailable };
        mayBeSent |= reply.Verdict is Verdict.InPart or Verdict.Lost || (reply.Status is not null && !isOfApp);
        return reply.Status == HttpStatusCode.Conflict && wasRefused && !mayBeSent;
    }
}
