using System;
using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Functions.Outputs;
using Goim.Logic;
using Goim.Logic.Access;
using Goim.Logic.Events;
using Goim.Logic.Facade;
using Goim.Logic.Sessions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Sessions;

/// <summary>The outputs of a function that publishes an event: the answer to the caller, and a record for the events topic.</summary>
public sealed class EventOutput
{
    [HttpResult]
    public required HttpResponseData Response { get; init; }

    /// <summary>Event values, UTF-8 JSON. Null if there is no event.</summary>
    [KafkaOutput(
        "%KafkaBrokers%",
        "%KafkaEventsTopic%",
        MaxMessageBytes = RecordText.MaxMessageBytes,
        RequestTimeoutMs = RecordText.RequestTimeoutMs)]
    public string[]? Events { get; init; }

    internal static EventOutput Refuse(HttpRequestData request, Problem problem) =>
        new() { Response = request.Refuse(problem) };

    internal static EventOutput Answer(HttpResponseData response, string? value) =>
        Answer(response, value is null ? null : [value]);

    internal static EventOutput Answer(HttpResponseData response, string[]? values) =>
        new() { Response = response, Events = values };

    /// <summary>A POST with a JSON body for many connections of a comet.</summary>
    /// <param name="request">The request.</param>
    /// <param name="access">Knows the callers.</param>
    /// <param name="gate">Limits the calls under way.</param>
    /// <param name="events">Publishes the events.</param>
    /// <param name="maxBytes">Most bytes of the body.</param>
    /// <param name="call">Takes the caller's entry and the body, and gives the answer's data with its events.</param>
    /// <param name="cancellationToken">The caller left.</param>
    internal static async Task<EventOutput> PostAsync(
        HttpRequestData request,
        AccessCheck access,
        FacadeGate gate,
        EventPublisher events,
        int maxBytes,
        Func<Entry, ReadOnlyMemory<byte>, CancellationToken, Task<Outcome<EventedAnswer>>> call,
        CancellationToken cancellationToken)
    {
        if (!(await request.EnterAsync(access, Scope.Comet, cancellationToken)).Is(out var entry, out var problem))
        {
            return Refuse(request, problem);
        }

        if (request.WrongMethod("POST") is { } wrong)
        {
            return Refuse(request, wrong);
        }

        using var gated = gate.Begin();
        return (await request.ReadBodyAsync(gated, maxBytes, cancellationToken)).Is(out var body, out problem)
            && (await call(entry, body, cancellationToken)).Is(out var answer, out problem)
            ? Answer(request.Ok(answer.Data), events.ForBinding(answer.Events))
            : Refuse(request, problem);
    }
}
