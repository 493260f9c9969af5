using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Logic;
using Goim.Logic.Push;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Push;

/// <summary>What the push functions have in common: read, push, answer.</summary>
internal static class PushRequests
{
    public static async ValueTask<PushResult> PushAsync(this HttpRequestData request, Pusher pusher, PushKind kind, CancellationToken cancellationToken)
    {
        if (request.WrongMethod("POST") is { } wrong)
        {
            return PushResult.Refused(request, wrong);
        }

        if (!request.BodyBytes(pusher.MaxBodyBytes(kind)).Is(out var length, out var problem) || !pusher.Enter(length).Is(out var turn, out problem))
        {
            return PushResult.Refused(request, problem);
        }

        using (turn)
        {
            var query = request.ReadQuery();
            if (!PushTarget.Read(kind, query).Is(out var target, out problem)
                || !pusher.Terms(query, request.ReadHeader(PushTerms.KeyHeader)).Is(out var terms, out problem)
                || !(await pusher.PushAsync(target, terms, await request.ReadBytesAsync(length, cancellationToken), cancellationToken)).Is(out var answer, out problem))
            {
                return PushResult.Refused(request, problem);
            }

            return new PushResult(request.Ok(answer.Data), answer.Queued);
        }
    }
}

/// <summary>What a push function gives.</summary>
/// <param name="Response">The answer to its caller.</param>
/// <param name="Queued">Records for the output binding.</param>
internal readonly record struct PushResult(HttpResponseData Response, PushRecord[] Queued)
{
    public static PushResult Refused(HttpRequestData request, Problem problem) => new(request.Refuse(problem), []);
}
