using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Goim.Client;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Clients;

/// <summary>The span and the measurement of each call.</summary>
public sealed class ClientTelemetryTests
{
    [Fact]
    public async Task A_call_with_all_its_attempts_is_one_span_and_one_measurement()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.None, ScriptedAnswer.Ok, ScriptedAnswer.Error(400));
        using var parent = new Activity("test").Start();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Goim.Client",
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == parent.TraceId)
                {
                    spans.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        var measured = new ConcurrentQueue<string>();
        using var meters = new MeterListener
        {
            InstrumentPublished = static (instrument, meters) =>
            {
                if (instrument is { Name: "goim.client.call.duration", Unit: "s" })
                {
                    meters.EnableMeasurementEvents(instrument);
                }
            },
        };
        meters.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            if (Activity.Current?.TraceId == parent.TraceId)
            {
                measured.Enqueue($"{seconds >= 0}: {string.Join(", ", tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}"))}");
            }
        });
        meters.Start();

        await app.Client.PushAsync([42], default);
        await Assert.ThrowsAsync<GoimException>(() => app.Client.CountAsync());

        Assert.Equal(["Pushs", "Count"], spans.Select(static span => span.OperationName));
        Assert.All(spans, static span => Assert.Equal(ActivityKind.Client, span.Kind));
        Assert.Equal([("done", 2), ("none", 1)], spans.Select(static span => (Tag(span, "goim.outcome"), Tag(span, "goim.attempts"))));
        Assert.Equal(
            [ActivityStatusCode.Unset, ActivityStatusCode.Error], spans.Select(static span => span.Status));
        Assert.Equal(
            ["True: goim.operation=Pushs, goim.outcome=done", "True: goim.operation=Count, goim.outcome=none"], measured);
    }

    private static object? Tag(Activity span, string name) => span.GetTagItem(name);
}
