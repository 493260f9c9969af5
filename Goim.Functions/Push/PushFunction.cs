using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Functions.Outputs;
using Goim.Logic.Push;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Push;

/// <summary>POST /1/push?uid={user id}: sends the body to every session of one user.</summary>
public sealed class PushFunction(Pusher pusher)
{
    [Function("Push")]
    public async Task<PushOutput> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/push")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        if (request.WrongMethod("POST") is { } wrong)
        {
            return PushOutput.Refuse(request, wrong);
        }

        if (!request.ReadQuery().TryGetInt64("uid", out var userId, out var problem)
            || !(await request.ReadBodyAsync(pusher.MaxMessageBytes, cancellationToken)).Is(out var message, out problem))
        {
            return PushOutput.Refuse(request, problem);
        }

        return PushOutput.Answer(request, await pusher.PushAsync(userId, message, cancellationToken));
    }
}
