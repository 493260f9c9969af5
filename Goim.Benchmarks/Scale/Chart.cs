using System.Globalization;
using System.Security;
using System.Text;

namespace Goim.Benchmarks.Scale;

/// <summary>Draws results as an SVG: a panel for each sweep, with logarithmic axes. Equal results give equal bytes.</summary>
internal static class Chart
{
    private const int Columns = 3, PanelWidth = 320, PanelHeight = 270, Top = 48;

    // Colours are readable on white and on black. Markers differ too, for readers who cannot tell the colours apart.
    private const string Grey = "#808080";

    private static readonly Series[] AllSeries =
    [
        new("latency, median", "#3b82f6", point => point.Latency, "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z"),
        new("CPU, app", "#e0701a", point => point.AppCpu, "M-4 -4h8v8h-8z"),
        // Not drawn where a route does not call the router nodes: then their CPU time is near 0, which a logarithmic axis cannot show.
        new("CPU, router nodes", "#2a9d6f", point => point.RouterCpu < point.AppCpu / 50 ? 0 : point.RouterCpu, "M0 -5l5 9h-10z"),
    ];

    /// <summary>The SVG document.</summary>
    public static string Draw(IReadOnlyList<ScalePoint> points)
    {
        var sweeps = Sweep.All.Where(sweep => points.Any(point => point.Sweep == sweep.Name)).ToArray();
        var rows = (sweeps.Length + Columns - 1) / Columns;
        var (width, height) = (Columns * PanelWidth, Top + rows * PanelHeight);
        var svg = new StringBuilder();
        var font = $"font-family=\"system-ui,sans-serif\" font-size=\"11\" fill=\"{Grey}\"";
        Write(
            svg,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" {font}>");
        Write(svg, $"<title>How cost grows: microseconds a request, both axes logarithmic</title>");
        for (var i = 0; i < AllSeries.Length; i++)
        {
            var series = AllSeries[i];
            Append(svg, $"<path transform=\"translate({70 + i * 170} 22)\" d=\"{series.Marker}\" fill=\"{series.Colour}\"/>");
            Write(svg, $"<text x=\"{82 + i * 170}\" y=\"26\" font-size=\"13\">{series.Name}</text>");
        }

        for (var i = 0; i < sweeps.Length; i++)
        {
            Write(svg, $"<g transform=\"translate({i % Columns * PanelWidth} {Top + i / Columns * PanelHeight})\">");
            WritePanel(svg, sweeps[i], [.. points.Where(point => point.Sweep == sweeps[i].Name)]);
            Write(svg, $"</g>");
        }

        Write(svg, $"</svg>");
        return svg.ToString();
    }

    private static void WritePanel(StringBuilder svg, Sweep sweep, ScalePoint[] points)
    {
        var values = points.SelectMany(point => AllSeries.Select(series => series.Value(point))).Where(IsDrawn).ToArray();
        if (values.Length == 0)
        {
            return;
        }

        var x = LogAxis.Over(points.Select(point => (double)point.Size), from: 62, to: PanelWidth - 20);
        var y = LogAxis.Over(values, from: PanelHeight - 58, to: 30);
        Write(svg, $"<text x=\"62\" y=\"16\" font-size=\"13\" font-weight=\"600\">{SecurityElement.Escape(sweep.Route)}</text>");
        foreach (var decade in y.Decades)
        {
            Append(svg, $"<path d=\"M62 {y.At(decade)}H{PanelWidth - 20}\" stroke=\"{Grey}\" stroke-opacity=\".3\"/>");
            Write(svg, $"<text x=\"56\" y=\"{y.At(decade) + 4}\" text-anchor=\"end\">{LogAxis.Label(decade)}</text>");
        }

        foreach (var size in points.Select(point => point.Size))
        {
            Append(svg, $"<path d=\"M{x.At(size)} 30V{PanelHeight - 58}\" stroke=\"{Grey}\" stroke-opacity=\".15\"/>");
            Write(svg, $"<text x=\"{x.At(size)}\" y=\"{PanelHeight - 42}\" text-anchor=\"middle\">{LogAxis.Label(size)}</text>");
        }

        var (middle, axis) = ((62 + PanelWidth - 20) / 2, SecurityElement.Escape(sweep.Axis));
        Write(svg, $"<text x=\"{middle}\" y=\"{PanelHeight - 24}\" text-anchor=\"middle\">{axis}</text>");
        Write(svg, $"<text transform=\"translate(14 {(PanelHeight - 28) / 2}) rotate(-90)\" text-anchor=\"middle\">µs a request</text>");
        foreach (var series in AllSeries)
        {
            var drawn = points.Where(point => IsDrawn(series.Value(point)))
                .Select(point => (X: x.At(point.Size), Y: y.At(series.Value(point))))
                .ToArray();
            var line = string.Join(' ', drawn.Select(at => string.Create(CultureInfo.InvariantCulture, $"{at.X},{at.Y}")));
            Write(svg, $"<polyline points=\"{line}\" fill=\"none\" stroke=\"{series.Colour}\" stroke-width=\"2\"/>");
            foreach (var at in drawn)
            {
                Write(svg, $"<path transform=\"translate({at.X} {at.Y})\" d=\"{series.Marker}\" fill=\"{series.Colour}\"/>");
            }
        }
    }

    private static bool IsDrawn(double value) => value > 0;

    private static void Write(StringBuilder svg, FormattableString line)
    {
        Append(svg, line);
        svg.Append('\n');
    }

    private static void Append(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture));

    private sealed record Series(string Name, string Colour, Func<ScalePoint, double> Value, string Marker);
}
