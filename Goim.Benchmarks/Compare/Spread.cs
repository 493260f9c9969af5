using System.Globalization;

namespace Goim.Benchmarks.Compare;

/// <summary>The median of some figures, with the least and the greatest of them.</summary>
internal sealed record Spread(double Median, double Least, double Greatest)
{
    /// <summary>Null if one of the figures is not known.</summary>
    public static Spread? Of(IEnumerable<double?> figures)
    {
        var sorted = figures.Order().ToArray();
        return sorted.Length == 0 || sorted[0] is null
            ? null
            : new((sorted[(sorted.Length - 1) / 2]!.Value + sorted[sorted.Length / 2]!.Value) / 2, sorted[0]!.Value, sorted[^1]!.Value);
    }

    /// <summary>Such as <c>1.85 (1.80..1.91)</c>.</summary>
    public string ToString(string format) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Median.ToString(format, CultureInfo.InvariantCulture)} ({Least.ToString(format, CultureInfo.InvariantCulture)}..{Greatest.ToString(format, CultureInfo.InvariantCulture)})");
}
