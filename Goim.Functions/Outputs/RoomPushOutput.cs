using Goim.Functions.Push;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Outputs;

/// <summary>What a push to a room gives: the answer to its caller, and a record with the room as its key.</summary>
/// <remarks>An output of its own: on one whose keys are ints, a record without a key would get key 0.</remarks>
public sealed class RoomPushOutput
{
    [HttpResult]
    public required HttpResponseData Response { get; init; }

    /// <summary>The extension's envelope around key and value, one a record. Null when nothing is to be sent.</summary>
    [KafkaOutput("%KafkaBrokers%", "%KafkaTopic%", KeyDataType = KafkaMessageKeyType.Int, MaxMessageBytes = RecordText.MaxMessageBytes, RequestTimeoutMs = RecordText.RequestTimeoutMs)]
    public string[]? Records { get; init; }

    internal static RoomPushOutput Of(in PushResult result) => new() { Response = result.Response, Records = RecordText.Envelopes(result.Queued) };
}
