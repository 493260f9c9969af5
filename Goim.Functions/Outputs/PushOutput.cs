using Goim.Functions.Http;
using Goim.Logic;
using Goim.Logic.Push;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Outputs;

/// <summary>What a push without a room gives: the answer to its caller, and zero or more records to the push topic.</summary>
public sealed class PushOutput
{
    [HttpResult]
    public required HttpResponseData Response { get; init; }

    /// <summary>Record values, UTF-8 JSON. Null when nothing is to be sent; never holds a null element.</summary>
    [KafkaOutput("%KafkaBrokers%", "%KafkaTopic%", MaxMessageBytes = RecordText.MaxMessageBytes)]
    public string[]? Records { get; init; }

    internal static PushOutput Refuse(HttpRequestData request, Problem problem) =>
        new() { Response = request.Refuse(problem) };

    internal static PushOutput Answer(HttpRequestData request, Outcome<PushRecord[]> plan) => plan.Is(out var records, out var problem)
        ? new PushOutput { Response = request.Ok(), Records = RecordText.Values(records) }
        : Refuse(request, problem);
}
