using Goim.Functions.Http;
using Goim.Functions.Outputs;
using Goim.Logic;
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
}
