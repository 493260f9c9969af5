using System.CommandLine;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Comet;

/// <summary>The options of the commands that push.</summary>
internal sealed class ShapeOptions(double defaultRate, int defaultWarmUp, int defaultDuration)
{
    private readonly Option<double> rate = new("--rate")
    {
        Description = "Pushes a second.",
        DefaultValueFactory = _ => defaultRate,
    };

    private readonly Option<string?> ack = new("--ack")
    {
        Description = "Query parameter ack of pushes. With broker, the app sends a record within 1 ms, otherwise within 5 ms.",
    };

    private readonly Option<bool> max = new("--max") { Description = "Raise the rate until the run fails." };
    private readonly Option<double> warmUp = LoadOptions.Seconds("--warm-up", defaultWarmUp, "Seconds of load before the measurement.");

    private readonly Option<double> duration = LoadOptions.Seconds(
        "--duration", defaultDuration, "Seconds to measure, of each rate with --max.");

    private readonly Option<int> bytes = LoadOptions.Number("--bytes", 100, "Size of a message in bytes, 24 at least.");

    private readonly Option<int> streams = LoadOptions.Number(
        "--streams", 8, "Number of HTTP connections that push, each one message after the other.");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[rate, ack, max, warmUp, duration, bytes, streams])
        {
            command.Add(option);
        }
    }

    /// <exception cref="TargetFailure">An option is out of range.</exception>
    public CometShape Shape(ParseResult parsed, int clients)
    {
        if (parsed.GetValue(rate) is not (> 0 and <= 1_000_000))
        {
            throw new TargetFailure($"--rate is {parsed.GetValue(rate)}: expected more than 0, and 1000000 at most.");
        }

        if (parsed.GetValue(bytes) < Stamp.Length)
        {
            throw new TargetFailure($"--bytes is {parsed.GetValue(bytes)}: expected {Stamp.Length} or more.");
        }

        return new(
            clients,
            parsed.GetValue(streams),
            parsed.GetValue(bytes),
            parsed.GetValue(rate),
            parsed.GetValue(ack),
            parsed.GetValue(max),
            TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
            TimeSpan.FromSeconds(parsed.GetValue(duration)));
    }
}
