using Goim.Functions.Outputs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Push;

/// <summary>The outputs of a push that is not for a room: the answer to the caller, and records for the push topic.</summary>
public sealed class PushOutput
{
    [HttpResult]
    public required HttpResponseData Response { get; init; }

    /// <summary>Record values, UTF-8 JSON. Null when nothing is to be sent; never holds a null element.</summary>
    [KafkaOutput(
        "%KafkaBrokers%", "%KafkaTopic%", MaxMessageBytes = RecordText.MaxMessageBytes, RequestTimeoutMs = RecordText.RequestTimeoutMs)]
    public string[]? Records { get; init; }

    internal static PushOutput Of(in PushResponse response) =>
        new() { Response = response.Http, Records = RecordText.Values(response.Queued) };
}
