using System.Text.Json;
using Goim.Logic.Input;
using Goim.Logic.Routing;
using Goim.Logic.Routing.Nodes;

namespace Goim.Logic.Facade;

/// <summary>The heartbeats of comets.</summary>
public sealed class Heartbeats(RouterClient router)
{
    /// <summary>
    /// <c>{"server":3}</c> gives <c>{"leaseMs":60000,"epochs":{"1":"9f3c…"}}</c>. Renews the lease of the server's sessions. A changed
    /// epoch tells that the node has forgotten them.
    /// </summary>
    public async Task<Outcome<ReadOnlyMemory<byte>>> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!JsonBody.Parse(body, """{"server":3}""").Is(out var members, out var problem)
            || !members.TryGetInt32("server", out var server, out problem))
        {
            return problem;
        }

        var nodes = await router.HeartbeatAsync(server, cancellationToken);
        var answered = nodes.Where(node => node.Answer.Reply is not null).ToArray();
        var leases = answered.Select(node => node.Answer.Reply!.LeaseMs).Where(lease => lease > 0);
        var epochs = answered.ToDictionary(node => node.Name, node => node.Answer.Reply!.Epoch);
        ReadOnlyMemory<byte> data = JsonSerializer.SerializeToUtf8Bytes(
            new { LeaseMs = leases.DefaultIfEmpty().Min(), Epochs = epochs }, JsonSerializerOptions.Web);
        var failures = nodes.Where(node => node.Answer.Reply is null).Select(node => node.Answer.Failure).ToArray();
        return failures.Length == 0
            ? data
            : NodeFailure.Problem(failures, "the lease is not renewed there, repeat the call.") with { Data = data };
    }
}
