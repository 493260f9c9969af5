using Goim.Functions.Outputs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Push;

/// <summary>The outputs of a push to rooms: the answer to the caller, and records whose keys are the room ids.</summary>
/// <remarks>Separate from <see cref="PushOutput"/>: on a binding with int keys, a record without a key would get key 0.</remarks>
public sealed class RoomPushOutput
{
    [HttpResult]
    public required HttpResponseData Response { get; init; }

    /// <summary>Records with their keys, as <see cref="RecordText.Envelopes"/> writes them. Null if there is no record.</summary>
    [KafkaOutput(
        "%KafkaBrokers%",
        "%KafkaTopic%",
        KeyDataType = KafkaMessageKeyType.Int,
        MaxMessageBytes = RecordText.MaxMessageBytes,
        RequestTimeoutMs = RecordText.RequestTimeoutMs)]
    public string[]? Records { get; init; }

    internal static RoomPushOutput From(in PushResponse response) =>
        new() { Response = response.Http, Records = RecordText.Envelopes(response.Queued) };
}
