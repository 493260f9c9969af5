using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Hosting;

/// <summary>What an exporter would get of one process' or component's instruments, and of no other's in this test process.</summary>
internal sealed class CollectedMetrics : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly List<Series> series = [];

    /// <param name="services">The services of the component.</param>
    public CollectedMetrics(IServiceProvider services)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.Start();
    }

    /// <summary>The value of an instrument, in all series with these attributes. Of a histogram, the number of measurements.</summary>
    /// <param name="name">The instrument.</param>
    /// <param name="attributes">Values of attributes, such as <c>room</c>.</param>
    public double this[string name, params string[] attributes] => Find(name, attributes).Sum(static found => found.Value);

    /// <summary>The largest measurement of a histogram.</summary>
    public double Longest(string name) => Find(name, []).Max(static found => found.Longest);

    /// <summary>Whether there is a measurement.</summary>
    public bool Has(string name) => Find(name, []).Length > 0;

    /// <summary>All values of an attribute.</summary>
    public string[] Values(string name, string attribute) =>
        [.. Find(name, []).SelectMany(found => found.Attributes).Where(each => each.Key == attribute).Select(each => $"{each.Value}")];

    public void Dispose() => listener.Dispose();

    private Series[] Find(string name, string[] attributes)
    {
        lock (series)
        {
            // What is observed now takes the place of what was observed before.
            series.RemoveAll(static found => found.IsObserved);
        }

        listener.RecordObservableInstruments();
        lock (series)
        {
            return
            [
                .. series.Where(found => found.Name == name
                    && Array.TrueForAll(attributes, value => found.Attributes.Any(each => Equals(each.Value, value)))),
            ];
        }
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (series)
        {
            var isCount = instrument is Histogram<double>;
            series.Add(new Series(instrument.Name, tags.ToArray(), isCount ? 1 : value, isCount ? value : 0, instrument.IsObservable));
        }
    }

    private sealed record Series(
        string Name, KeyValuePair<string, object?>[] Attributes, double Value, double Longest, bool IsObserved);
}
