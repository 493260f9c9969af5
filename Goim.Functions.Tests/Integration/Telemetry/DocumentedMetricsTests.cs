using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Goim.Comet.Counters;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Documentation;
using Goim.Logic.Telemetry;
using Goim.Router.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Telemetry;

/// <summary>docs/settings.md has every metric, and every value of the comet's attributes.</summary>
public sealed partial class DocumentedMetricsTests
{
    private static string Telemetry =>
        File.ReadAllText(Path.Combine(DocumentationTests.Repository(), "docs", "settings.md")).Split("\n## Telemetry\n")[1];

    [Fact]
    public async Task The_tables_have_the_instruments_of_all_meters_and_no_others()
    {
        await using var host = await CometHost.StartAsync();
        var instruments = new ConcurrentDictionary<string, string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) => instruments.TryAdd(instrument.Name, instrument.Meter.Name);
        listener.Start();

        foreach (var meter in new[] { GoimTelemetry.Name, CometMetrics.MeterName, RouterTelemetry.MeterName })
        {
            var table = Telemetry.Split($"Meter `{meter}`:")[1].Split("\n\n")[1];
            var documented = table.Split('\n').SelectMany(row => Name().Matches(row.Split('|')[1])).Select(name => name.Groups[1].Value);

            Assert.Equal(
                instruments.Where(each => each.Value == meter).Select(each => each.Key).Order(StringComparer.Ordinal),
                documented.Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData("goim.comet.connects", "goim.connect.outcome", "outcome")]
    [InlineData("goim.comet.disconnects", "goim.disconnect.cause", "cause")]
    public void The_table_has_every_outcome_of_a_connect_and_every_cause_of_a_disconnect(string metric, string attribute, string column)
    {
        using var services = new ServiceCollection().AddCounters().BuildServiceProvider();
        using var metrics = new CollectedMetrics(services);
        services.GetRequiredService<CometMetrics>();
        var rows = Telemetry.Split("| value | outcome | cause | |\n")[1].Split("\n\n")[0].Split('\n').Select(row => row.Split('|')).Skip(1);
        var place = column == "outcome" ? 2 : 3;

        Assert.Equal(
            rows.Where(cells => cells[place].Trim() == "yes").Select(cells => cells[1].Trim(' ', '`')).Order(StringComparer.Ordinal),
            metrics.Values(metric, attribute).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("`([a-z_.]+)`")]
    private static partial Regex Name();
}
