using System.Globalization;

namespace Goim.Benchmarks.Scale;

/// <summary>A logarithmic axis from one power of ten to another.</summary>
internal sealed class LogAxis
{
    private readonly int low, high, from, to;

    private LogAxis(int low, int high, int from, int to) => (this.low, this.high, this.from, this.to) = (low, high, from, to);

    /// <summary>The powers of ten on it.</summary>
    public IEnumerable<double> Decades => Enumerable.Range(low, high - low + 1).Select(power => Math.Pow(10, power));

    /// <param name="values">All above 0.</param>
    /// <param name="from">Where its low end is drawn.</param>
    /// <param name="to">Where its high end is.</param>
    public static LogAxis Over(IEnumerable<double> values, int from, int to)
    {
        var logs = values.Select(Math.Log10).ToArray();
        var low = (int)Math.Floor(logs.Min());
        return new(low, Math.Max(low + 1, (int)Math.Ceiling(logs.Max())), from, to);
    }

    /// <summary>Where <paramref name="value"/> is drawn, to a tenth.</summary>
    public double At(double value) => Math.Round(from + (Math.Log10(value) - low) / (high - low) * (to - from), 1);

    /// <summary>Such as 64, 100k or 10M.</summary>
    public static string Label(double value) => value switch
    {
        >= 1_000_000 => (value / 1_000_000).ToString("0.#", CultureInfo.InvariantCulture) + "M",
        >= 1_000 => (value / 1_000).ToString("0.#", CultureInfo.InvariantCulture) + "k",
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };
}
