using Goim.Functions.Push;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Outputs;

/// <summary>What a push without a room gives: the answer to its caller, and zero or more records to the push topic.</summary>
public sealed class PushOutput
{
    [HttpResult]
    public required HttpResponseData Response { get; init; }

    /// <summary>Record values, UTF-8 JSON. Null when nothing is to be sent; never holds a null element.</summary>
    [KafkaOutput("%KafkaBrokers%", "%KafkaTopic%", MaxMessageBytes = RecordText.MaxMessageBytes, RequestTimeoutMs = RecordText.RequestTimeoutMs)]
    public string[]? Records { get; init; }

    internal static PushOutput Of(in PushResult result) => new() { Response = result.Response, Records = RecordText.Values(result.Queued) };
}
