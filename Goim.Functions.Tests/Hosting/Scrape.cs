using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Goim.Functions.Tests.Hosting;

/// <summary>What Prometheus gets of a process. Every line is checked against Prometheus' text format.</summary>
// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
internal sealed partial class Scrape
{
    private readonly List<(string Name, string Labels, double Value)> samples = [];

    private Scrape(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var families = new HashSet<string>();
        var (family, type) = ("", "");
        foreach (var line in text[..^1].Split('\n'))
        {
            if (Type().Match(line) is { Success: true } started)
            {
                (family, type) = (started.Groups["name"].Value, started.Groups["type"].Value);
                Assert.True(families.Add(family), line);
            }
            else if (Help().Match(line) is { Success: true } help)
            {
                Assert.Equal(family, help.Groups["name"].Value);
            }
            else
            {
                var sample = Sample().Match(line);
                Assert.True(sample.Success, line);
                var name = sample.Groups["name"].Value;
                string[] names = type == "histogram" ? [$"{family}_bucket", $"{family}_sum", $"{family}_count"] : [family];
                Assert.Contains(name, names);
                Assert.Equal(type == "counter", name.EndsWith("_total", StringComparison.Ordinal));
                samples.Add((name, sample.Groups["labels"].Value, Number(sample.Groups["value"].Value)));
            }
        }

        Assert.Equal(samples.Count, samples.DistinctBy(static sample => (sample.Name, sample.Labels)).Count());
    }

    /// <summary>Names of all series.</summary>
    public IReadOnlySet<string> Names => samples.Select(static sample => sample.Name).ToHashSet();

    /// <summary>The sum of the series of a name with all these labels. Not a number if there is none.</summary>
    /// <param name="name">Such as <c>goim_pushes_total</c>.</param>
    /// <param name="labels">Such as <c>goim_message_kind="room"</c>.</param>
    public double this[string name, params string[] labels]
    {
        get
        {
            var found = samples.Where(sample => sample.Name == name
                && Array.TrueForAll(labels, label => sample.Labels.Contains(label, StringComparison.Ordinal))).ToArray();
            return found.Length == 0 ? double.NaN : found.Sum(static sample => sample.Value);
        }
    }

    /// <summary>Setting of a process, and the port.</summary>
    public static (string Setting, int Port) NewPort()
    {
        var port = Ports.Next();
        return ($"--OTEL_EXPORTER_PROMETHEUS_PORT={port}", port);
    }

    public static Uri Address(int port) => new($"http://127.0.0.1:{port}/metrics");

    public static async Task<Scrape> OfAsync(int port)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(Address(port));
        Assert.Equal(
            (HttpStatusCode.OK, "text/plain; version=0.0.4; charset=utf-8"),
            (answer.StatusCode, answer.Content.Headers.ContentType?.ToString()));
        return new Scrape(await answer.Content.ReadAsStringAsync());
    }

    // A sum of a histogram may be 1E-05.
    private static double Number(string text) =>
        text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram)$")]
    private static partial Regex Type();

    [GeneratedRegex("^# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) .+$")]
    private static partial Regex Help();

    [GeneratedRegex(
        @"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*=""([^""\\]|\\[""\\n])*"",?)+)\})?"
        + " (?<value>[-+0-9.Ee]+|NaN|[+-]Inf)$")]
    private static partial Regex Sample();
}
