using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Logic;
using Goim.Logic.Access;
using Goim.Logic.Delivery;
using Goim.Logic.Push;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Push;

/// <summary>The steps of every push function: check the caller, read the request, take a turn, push, answer.</summary>
internal static class PushAdapter
{
    public static async ValueTask<PushResponse> PushAsync(
        this HttpRequestData request,
        AccessCheck access,
        PushGates gates,
        Pusher pusher,
        PushKind kind,
        CancellationToken cancellationToken,
        AuditTrail? trail = null)
    {
        if (!(await request.EnterAsync(access, PushAccess.ScopeOf(kind), cancellationToken)).Is(out var entry, out var problem))
        {
            return PushResponse.Refused(request, problem);
        }

        if (request.WrongMethod("POST") is { } wrong)
        {
            return PushResponse.Refused(request, wrong);
        }

        if (!pusher.Read(entry, kind, request.ReadQuery(), request.ReadIdempotencyKey(entry)).Is(out var push, out problem))
        {
            return PushResponse.Refused(request, problem);
        }

        using var call = gates.Begin(push.Options);
        if (!request.BodyBytes(pusher.MaxBodyBytes(kind), pusher.RoomInBody(kind)).Is(out var length, out problem)
            || !(await BodyReader.ReadAsync(request.Body, length, call, cancellationToken)).Is(out var body, out problem))
        {
            return PushResponse.Refused(request, problem);
        }

        var pushed = await pusher.PushAsync(push, body, cancellationToken);
        if (trail is not null && !push.Options.Dry)
        {
            request.Audit(trail, PushAnswer.AuditToAll(pushed));
        }

        return pushed.Is(out var answer, out problem)
            ? new PushResponse(request.Ok(answer.Data), answer.Queued)
            : PushResponse.Refused(request, problem);
    }
}

/// <summary>What a push function returns.</summary>
/// <param name="Http">The answer to the caller.</param>
/// <param name="Queued">Records for the output binding.</param>
internal readonly record struct PushResponse(HttpResponseData Http, PushRecord[] Queued)
{
    public static PushResponse Refused(HttpRequestData request, Problem problem) => new(request.Refuse(problem), []);
}
