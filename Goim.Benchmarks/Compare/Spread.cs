using System.Globalization;

namespace Goim.Benchmarks.Compare;

/// <summary>The median of some values, with the least and the greatest of them.</summary>
internal sealed record Spread(double Median, double Least, double Greatest)
{
    /// <summary>Null if there are no values, or if one of them is null.</summary>
    public static Spread? Of(IEnumerable<double?> values)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0 || sorted[0] is null)
        {
            return null;
        }

        var median = (sorted[(sorted.Length - 1) / 2]!.Value + sorted[sorted.Length / 2]!.Value) / 2;
        return new(median, sorted[0]!.Value, sorted[^1]!.Value);
    }

    /// <summary>Text such as <c>1.85 (1.80..1.91)</c>.</summary>
    /// <param name="format">Numeric format of each value.</param>
    public string ToString(string format)
    {
        return $"{Text(Median)} ({Text(Least)}..{Text(Greatest)})";

        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}
