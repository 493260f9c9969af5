using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Goim.Comet.Counters;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Infra;

/// <summary>The alerts over the comets' metrics ask for instruments, attributes and values that a comet has.</summary>
[Collection(nameof(BuiltInfra))]
public sealed partial class CometAlertTests(BuiltInfra infra)
{
    [BicepFact]
    public void Alerts_look_for_what_a_comet_measures()
    {
        var measured = Measured();
        var queries = infra.Queue.Of("Microsoft.Insights/scheduledQueryRules")
            .Where(rule => ((string)rule["name"]!).StartsWith("comet-", StringComparison.Ordinal))
            .ToDictionary(
                rule => (string)rule["name"]!, rule => (string)rule["properties"]!["criteria"]!["allOf"]![0]!["query"]!);

        Assert.Equal(
            ["comet-epochs", "comet-facade", "comet-refused", "comet-topic-down", "comet-topic-lag"],
            queries.Keys.Order(StringComparer.Ordinal));
        Assert.All(queries.Values, query =>
        {
            var asked = Asked(query).ToList();
            Assert.NotEmpty(asked);
            Assert.Empty(asked.Except(measured));
        });
    }

    // A failover of Redis and a deployment of the app take a minute or two: within four rows of a comet, one a minute.
    [BicepTheory]
    [InlineData("comet-refused")]
    [InlineData("comet-facade")]
    public void A_failure_of_two_minutes_is_no_alert(string name)
    {
        var rule = infra.Queue.Of("Microsoft.Insights/scheduledQueryRules").Single(rule => (string?)rule["name"] == name);
        var criterion = rule["properties"]!["criteria"]!["allOf"]![0]!;

        Assert.Equal(("GreaterThan", 3), ((string?)criterion["operator"], (int)criterion["threshold"]!));
        Assert.Matches(
            @"bin\(TimeGenerated, 1m\)[^|]*(\|[^|]*)*by AppRoleInstance\s+\| summarize Found = max\(Minutes\)\s*$",
            (string)criterion["query"]!);
    }

    /// <summary><c>instrument</c>, or <c>instrument attribute=value</c> for each value that a query asks for.</summary>
    private static IEnumerable<string> Asked(string query)
    {
        var name = NameOf().Match(query).Groups["name"].Value;
        var attribute = Attribute().Match(query);
        Assert.Equal(query.Contains("Properties[", StringComparison.Ordinal), attribute.Success);
        return attribute.Success
            ? Quoted().Matches(attribute.Groups["values"].Value)
                .Select(value => $"{name} {attribute.Groups["name"]}={value.Groups["text"]}")
            : [name];
    }

    private static HashSet<string> Measured()
    {
        var measured = new HashSet<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, all) =>
        {
            if (instrument.Meter.Name == CometMetrics.MeterName)
            {
                all.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Add(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, tags));
        listener.Start();

        var metrics = TestMetrics.OfComet(new CometCounters());
        metrics.FacadeCalled("/1/connects", isOk: false);
        metrics.EpochsChanged();
        metrics.RecordWritten(0);
        listener.RecordObservableInstruments();
        return measured;

        void Add(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            measured.Add(instrument.Name);
            foreach (var (name, value) in tags)
            {
                measured.Add($"{instrument.Name} {name}={value}");
            }
        }
    }

    [GeneratedRegex("Name == '(?<name>[^']+)'")]
    private static partial Regex NameOf();

    [GeneratedRegex(@"Properties\['(?<name>[^']+)'\]\) (==|in) (?<values>'[^']+'|\([^)]+\))")]
    private static partial Regex Attribute();

    [GeneratedRegex("'(?<text>[^']+)'")]
    private static partial Regex Quoted();
}
