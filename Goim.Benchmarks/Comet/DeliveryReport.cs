using System.Globalization;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Comet;

/// <summary>The results of one delivery run.</summary>
/// <param name="Rate">Pushes a second that were asked for.</param>
/// <param name="Pushes">Pushes that were answered with <c>ret</c> 1.</param>
/// <param name="Refused">Pushes that were answered otherwise.</param>
/// <param name="Refusal">The first such answer.</param>
/// <param name="PushTime">Time of the pushes.</param>
/// <param name="Expected">Deliveries that the accepted pushes make.</param>
/// <param name="Received">Deliveries.</param>
/// <param name="OutOfOrder">Deliveries that came twice, or after a later message of the same stream.</param>
/// <param name="MustBeOrdered">Whether such deliveries are an error.</param>
/// <param name="Disconnected">Clients that have lost their connections since the first run.</param>
/// <param name="Disconnection">Why the first client has lost its connection.</param>
/// <param name="P50Ms">From push to receipt.</param>
/// <param name="P99Ms">From push to receipt.</param>
/// <param name="MaxMs">From push to receipt.</param>
/// <param name="Elapsed">Time from the first push to the last receipt.</param>
/// <param name="Usage">CPU time and memory of each process: the comet first, this process last.</param>
internal sealed record DeliveryReport(
    double Rate,
    long Pushes,
    long Refused,
    string? Refusal,
    TimeSpan PushTime,
    long Expected,
    long Received,
    long OutOfOrder,
    bool MustBeOrdered,
    int Disconnected,
    string? Disconnection,
    double P50Ms,
    double P99Ms,
    double MaxMs,
    TimeSpan Elapsed,
    IReadOnlyList<Usage> Usage)
{
    /// <summary>A run fails if a message is later than this.</summary>
    private const double LateMs = 1_000;

    public double PushesPerSecond => Pushes / PushTime.TotalSeconds;

    public double DeliveriesPerSecond => Received / Elapsed.TotalSeconds;

    /// <summary>Negative if messages of refused pushes arrived, or messages came twice.</summary>
    public long Lost => Expected - Received;

    /// <summary>CPU seconds of the comet's process for a million deliveries; null if it is not watched.</summary>
    public double? CometCpu => Usage.Count == 1 ? null : Usage[0].Cpu.TotalSeconds * 1_000_000 / Received;

    /// <summary>True if every push was accepted and received once by everybody, in order where there is one.</summary>
    public bool IsComplete => Refused == 0 && Lost == 0 && Disconnected == 0 && (OutOfOrder == 0 || !MustBeOrdered);

    /// <summary>True if it is also in time: nothing later than 1 s, and at least 95% of the rate.</summary>
    public bool IsSustained => IsComplete && MaxMs <= LateMs && PushesPerSecond >= 0.95 * Rate;

    public static void PrintHead(TextWriter output) => output.WriteLine(
        "pushes/s   of asked   deliveries/s   CPU-s/million   p50 ms   p99 ms    max ms       lost  out of order   refused  disconnected");

    public void PrintRow(TextWriter output)
    {
        var speed = Text($"{PushesPerSecond,8:0.#} {Rate,10:0.#} {DeliveriesPerSecond,14:0} {CometCpu,15:0.00}");
        var times = Text($"{P50Ms,8:0.00} {P99Ms,8:0.00} {MaxMs,9:0.00}");
        output.WriteLine(Text($"{speed} {times} {Lost,10} {OutOfOrder,13} {Refused,9} {Disconnected,13}"));
        if (Refusal is not null)
        {
            output.WriteLine($"first refused push: {Refusal}");
        }

        if (Disconnection is not null)
        {
            output.WriteLine($"first disconnection: {Disconnection}");
        }
    }

    /// <summary>The results for <c>--json</c>.</summary>
    public object ToJson() => new
    {
        Rate,
        PushesPerSecond,
        DeliveriesPerSecond,
        CpuSecondsPerMillion = CometCpu,
        P50Ms,
        P99Ms,
        MaxMs,
        Expected,
        Lost,
        OutOfOrder,
        Refused,
        Disconnected,
        Processes = ProcessTable.ToJson(Usage, Received),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
