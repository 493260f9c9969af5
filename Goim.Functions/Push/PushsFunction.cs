using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Access;
using Goim.Logic.Push;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Push;

/// <summary>POST /1/pushs with <c>{"m":any JSON,"u":[user ids]}</c>: sends <c>m</c> to every session of many users.</summary>
public sealed class PushsFunction(AccessCheck access, PushGates gates, Pusher pusher)
{
    [Function("Pushs")]
    public async Task<PushOutput> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/pushs")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        PushOutput.From(await request.PushAsync(access, gates, pusher, PushKind.Users, cancellationToken));
}
