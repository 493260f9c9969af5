using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Logic.Access;
using Goim.Logic.Events;
using Goim.Logic.Facade;
using Goim.Logic.Sessions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Sessions;

/// <summary>POST /1/connect with <c>{"token":"42","server":3}</c>: registers a connection.</summary>
public sealed class ConnectFunction(AccessCheck access, FacadeGate gate, Connections connections, EventPublisher events)
{
    [Function("Connect")]
    public async Task<EventOutput> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/connect")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        if (!(await request.EnterAsync(access, Scope.Comet, cancellationToken)).Is(out var entry, out var problem))
        {
            return EventOutput.Refuse(request, problem);
        }

        if (request.WrongMethod("POST") is { } wrong)
        {
            return EventOutput.Refuse(request, wrong);
        }

        using var call = gate.Begin();
        if (!(await request.ReadBodyAsync(call, Connections.MaxBodyBytes, cancellationToken)).Is(out var body, out problem)
            || !(await connections.ConnectAsync(entry, body, cancellationToken)).Is(out var connected, out problem))
        {
            return EventOutput.Refuse(request, problem);
        }

        var data = new ConnectData(connected.Key.ToString(), connected.RoomId, connected.ExpiresInMs, connected.Rooms);
        return EventOutput.Answer(
            request.Ok(JsonSerializer.SerializeToUtf8Bytes(data, JsonSerializerOptions.Web)), events.ForBinding(connected.Event));
    }

    private sealed record ConnectData(
        string Key,
        int RoomId,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? ExpiresInMs,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<int>? Rooms);
}
