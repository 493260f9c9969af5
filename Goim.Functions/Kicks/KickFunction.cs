using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Logic.Access;
using Goim.Logic.Facade;
using Goim.Logic.Kicks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Kicks;

/// <summary>
/// POST /1/kick?uid={user id}, ?key={sub key} or ?server={comet server id}, with &amp;reason={text}: disconnects connections.
/// </summary>
public sealed class KickFunction(AccessCheck access, FacadeGate gate, Kicker kicker)
{
    [Function("Kick")]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/kick")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        if (!(await request.EnterAsync(access, Scope.Admin, cancellationToken)).Is(out var entry, out var problem))
        {
            return request.Refuse(problem);
        }

        using var call = gate.Begin();
        return (request.WrongMethod("POST") ?? call.Enter()) is { } refused
            ? request.Refuse(refused)
            : request.Answer(await kicker.KickAsync(entry, request.ReadQuery(), request.Audit, cancellationToken));
    }
}
