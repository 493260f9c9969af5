using Goim.Functions.Outputs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Push;

/// <summary>The outputs of a push that is not for a room: the answer to the caller, and records for the push topic.</summary>
public sealed class PushOutput
{
    [HttpResult]
    public required HttpResponseData Response { get; init; }

    /// <summary>Record values, JSON. Null if there is no record. No element is null.</summary>
    [KafkaOutput(
        "%KafkaBrokers%", "%KafkaTopic%", MaxMessageBytes = RecordText.MaxMessageBytes, RequestTimeoutMs = RecordText.RequestTimeoutMs)]
    public string[]? Records { get; init; }

    internal static PushOutput From(in PushResponse response) =>
        new() { Response = response.Http, Records = RecordText.Values(response.Queued) };
}
