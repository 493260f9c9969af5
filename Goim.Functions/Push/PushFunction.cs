using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Access;
using Goim.Logic.Push;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Push;

/// <summary>POST /1/push?uid={user id}: sends the body to every session of one user.</summary>
public sealed class PushFunction(AccessCheck access, PushGates gates, Pusher pusher)
{
    [Function("Push")]
    public async Task<PushOutput> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/push")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        PushOutput.From(await request.PushAsync(access, gates, pusher, PushKind.User, cancellationToken));
}
