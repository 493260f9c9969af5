using System.Globalization;

namespace Goim.Benchmarks.Scale;

/// <summary>A logarithmic axis from one power of ten to another.</summary>
internal sealed class LogAxis
{
    private readonly int low, high, from, to;

    private LogAxis(int low, int high, int from, int to) => (this.low, this.high, this.from, this.to) = (low, high, from, to);

    /// <summary>The powers of ten from the low to the high end.</summary>
    public IEnumerable<double> Decades => Enumerable.Range(low, high - low + 1).Select(power => Math.Pow(10, power));

    /// <summary>The smallest axis that contains all values.</summary>
    /// <param name="values">Values above 0.</param>
    /// <param name="from">Coordinate of the low end.</param>
    /// <param name="to">Coordinate of the high end.</param>
    public static LogAxis Over(IEnumerable<double> values, int from, int to)
    {
        var logs = values.Select(Math.Log10).ToArray();
        var low = (int)Math.Floor(logs.Min());
        return new(low, Math.Max(low + 1, (int)Math.Ceiling(logs.Max())), from, to);
    }

    /// <summary>The coordinate of a value, rounded to a tenth.</summary>
    public double At(double value) => Math.Round(from + (Math.Log10(value) - low) / (high - low) * (to - from), 1);

    /// <summary>A label such as 64, 100k or 10M.</summary>
    public static string Label(double value) => value switch
    {
        >= 1_000_000 => (value / 1_000_000).ToString("0.#", CultureInfo.InvariantCulture) + "M",
        >= 1_000 => (value / 1_000).ToString("0.#", CultureInfo.InvariantCulture) + "k",
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };
}
