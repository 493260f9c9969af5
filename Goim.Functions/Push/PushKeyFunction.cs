using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Access;
using Goim.Logic.Push;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Push;

/// <summary>POST /1/push/key?key={sub key}: sends the body to one connection.</summary>
public sealed class PushKeyFunction(AccessCheck access, PushGates gates, Pusher pusher)
{
    [Function("PushKey")]
    public async Task<PushOutput> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/push/key")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        PushOutput.From(await request.PushAsync(access, gates, pusher, PushKind.Key, cancellationToken));
}
