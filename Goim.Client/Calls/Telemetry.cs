using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Goim.Client.Calls;

/// <summary>A span and a measurement for each call. Source and meter are named <c>Goim.Client</c>.</summary>
internal static class Telemetry
{
    private const string Name = "Goim.Client", OperationTag = "goim.operation", OutcomeTag = "goim.outcome";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("goim.client.call.duration", "s", "Duration of a call of the app, with all its attempts.");

    public static Activity? Begin(Request request) =>
        Source.StartActivity(request.Operation, ActivityKind.Client)?.SetTag(OperationTag, request.Operation);

    /// <summary>The call is over.</summary>
    /// <param name="activity">Its span. Null if nobody listens.</param>
    /// <param name="request">The request.</param>
    /// <param name="outcome"><c>done</c>, <c>none</c>, <c>some</c>, <c>unknown</c> or <c>cancelled</c>.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="reply">What has come of it. Null if the caller has left.</param>
    public static void End(Activity? activity, Request request, string outcome, TimeSpan took, Reply? reply)
    {
        Duration.Record(took.TotalSeconds, new(OperationTag, request.Operation), new(OutcomeTag, outcome));
        activity?.SetTag(OutcomeTag, outcome);
        activity?.SetTag("goim.attempts", reply?.Attempts);
        if (reply is { Verdict: not Verdict.Done })
        {
            activity?.SetStatus(ActivityStatusCode.Error, reply.Error);
        }
    }
}
