using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Access;
using Goim.Logic.Push;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Push;

/// <summary>POST /1/push/all: sends the body to every connection.</summary>
public sealed class PushAllFunction(AccessCheck access, PushGates gates, Pusher pusher, AuditTrail trail)
{
    [Function("PushAll")]
    public async Task<PushOutput> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/push/all")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        PushOutput.From(await request.PushAsync(access, gates, pusher, PushKind.All, cancellationToken, trail));
}
