using System.Diagnostics.Metrics;
using Goim.Comet.Counters;
using Goim.Functions.Tests.Hosting;
using Goim.Logic.Telemetry;
using Goim.Router.Telemetry;
using Grpc.Core;

namespace Goim.Functions.Tests.Infra;

/// <summary>The instruments of the app, a comet and a router node, with the attributes of their measurements.</summary>
internal sealed class EmittedMetrics
{
    private static readonly string[] Meters = [GoimTelemetry.Name, CometMetrics.MeterName, RouterTelemetry.MeterName];
    private readonly Dictionary<string, HashSet<string>> attributes = [];

    private EmittedMetrics()
    {
    }

    public IEnumerable<string> Names => attributes.Keys;

    /// <summary>Makes each of them measure once.</summary>
    public static async Task<EmittedMetrics> CollectAsync()
    {
        var emitted = new EmittedMetrics();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (Meters.Contains(instrument.Meter.Name))
            {
                emitted.Add(instrument, []);
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => emitted.Add(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => emitted.Add(instrument, tags));
        listener.Start();

        var app = TestMetrics.New();
        app.Pushed();
        app.PushQueued(1);
        app.RecordsDelivered(1, 1);
        app.JournalEntry("queued");
        app.AccessRefused("key", 1);
        app.RouterCalled("goim.router.RouterRPC/Get", "1", StatusCode.OK, TimeSpan.FromMilliseconds(1));
        var comet = TestMetrics.OfComet(new CometCounters());
        comet.FacadeCalled("/1/connects", isOk: true);
        comet.RecordWritten(0);
        await using var node = await TestNode.StartAsync();
        listener.RecordObservableInstruments();
        return emitted;
    }

    /// <summary>Whether measurements of an instrument have an attribute.</summary>
    public bool Has(string name, string attribute) => attributes.TryGetValue(name, out var found) && found.Contains(attribute);

    // Other tests measure at the same time.
    private void Add(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (attributes)
        {
            if (!attributes.TryGetValue(instrument.Name, out var known))
            {
                attributes.Add(instrument.Name, known = []);
            }

            foreach (var (name, _) in tags)
            {
                known.Add(name);
            }
        }
    }
}
