using Goim.Functions.Http;
using Goim.Logic;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Outputs;

/// <summary>What a function that is no push gives: the answer to its caller, and perhaps an event to the topic of events.</summary>
public sealed class EventOutput
{
    [HttpResult]
    public required HttpResponseData Response { get; init; }

    /// <summary>Event values, UTF-8 JSON. Null when there is none.</summary>
    [KafkaOutput("%KafkaBrokers%", "%KafkaEventsTopic%", MaxMessageBytes = RecordText.MaxMessageBytes, RequestTimeoutMs = RecordText.RequestTimeoutMs)]
    public string[]? Events { get; init; }

    internal static EventOutput Refuse(HttpRequestData request, Problem problem) =>
        new() { Response = request.Refuse(problem) };

    internal static EventOutput Answer(HttpResponseData response, string? value) =>
        new() { Response = response, Events = value is null ? null : [value] };
}
