using System.CommandLine;
using System.Globalization;

namespace Goim.Benchmarks.Capacity;

/// <summary>The table of comets: how many carry a number of connections, and what they take from the topic.</summary>
internal sealed class CometCapacity
{
    private const double Megabyte = 1e6;
    private static readonly int[] ConnectionCounts = [10_000, 1_000_000, 10_000_000];

    private readonly Option<double> connectionBytes = CapacityCommand.Number(
        "--connection-bytes", 7_384, "Bytes of a connection in a comet's memory.");

    private readonly Option<double> baseMegabytes = CapacityCommand.Number("--comet-base-mb", 94, "MB of a comet without connections.");

    private readonly Option<double> sockets = CapacityCommand.Number(
        "--sockets", 1_000_000, "Most connections of a comet: Comet__MaxConnections, open files, and what a proxy in front can open.");

    private readonly Option<double> delivery = CapacityCommand.Number(
        "--delivery-us", MeasuredCosts.DeliveryUs, "CPU microseconds of a comet for a message to one connection.");

    private readonly Option<double> skip = CapacityCommand.Number(
        "--skip-us", 1.3, "CPU microseconds of a comet for a record of another comet.");

    private readonly Option<double> connect = CapacityCommand.Number(
        "--connect-us", MeasuredCosts.ConnectUs, "CPU microseconds of a comet for a connect and its disconnect.");

    private readonly Option<double> facade = CapacityCommand.Number(
        "--facade-us", MeasuredCosts.FacadeUs, "The same of the app, in calls of many clients.");

    private readonly Option<double> userRate = CapacityCommand.Number(
        "--user-rate", 0.01, "Messages a second to a connection that are pushed to its user: a record each.");

    private readonly Option<double> allRate = CapacityCommand.Number(
        "--all-rate", 0.1, "Messages a second that are pushed to all, or to a room that everyone is in.");

    private readonly Option<double> back = CapacityCommand.Number(
        "--back-seconds", 30, "Seconds within which all clients of a comet that ended shall be connected to the others.");

    public IEnumerable<Option> Options =>
        [connectionBytes, baseMegabytes, sockets, delivery, skip, connect, facade, userRate, allRate, back];

    /// <param name="output">Takes the table.</param>
    /// <param name="parsed">Has the options.</param>
    /// <param name="recordBytes">Bytes of a record.</param>
    /// <param name="utilisation">Planned load of a core.</param>
    public void Print(TextWriter output, ParseResult parsed, double recordBytes, double utilisation)
    {
        output.WriteLine(
            "connections  deliveries/s  records/s  comets  for memory  sockets  CPU  topic MB/s  all comets MB/s  TU (2 MB/s, 4,096/s)"
            + "  PU (10 MB/s)  groups  back/s  comet cores  app cores");
        foreach (var connections in ConnectionCounts)
        {
            var records = (connections * Value(userRate)) + Value(allRate);
            var deliveries = connections * (Value(userRate) + Value(allRate));
            var memory = 1 + RoundUp(
                connections * Value(connectionBytes) / ((Platform.ReplicaBytes / 2) - (Value(baseMegabytes) * Megabyte)));
            var files = 1 + RoundUp(connections / Value(sockets));

            // When one ends, the others carry everything. Each reads every record; what is left of its cores delivers and connects.
            var free = (Platform.ReplicaCores * utilisation) - (records * Value(skip) / 1e6);
            if (free <= 0)
            {
                output.WriteLine(Text($"{connections,-12} {deliveries,12:0} {records,10:0}  one comet cannot read {records:0} records/s"));
                continue;
            }

            var cpu = ForCpu(free, deliveries * Value(delivery) / 1e6, connections * Value(connect) / 1e6 / Value(back));
            var comets = Math.Max(Platform.MinReplicas, Math.Max(memory, Math.Max(files, cpu)));
            var topic = records * recordBytes / Megabyte;
            var egress = topic * comets;
            var units = Math.Max(
                RoundUp(egress / Platform.ThroughputUnitEgressMegabytes), RoundUp(records * comets / Platform.ThroughputUnitEgressEvents));
            var processing = RoundUp(egress / Platform.ProcessingUnitEgressMegabytes);

            // Of g groups each has a g-th of the records and of the comets that read them.
            var groups = RoundUp(Math.Sqrt(egress / (Platform.ProcessingUnitEgressMegabytes * Platform.MaxProcessingUnits)));
            var perSecond = connections / (double)comets / Value(back);
            var left = Text($"{connections,-12} {deliveries,12:0} {records,10:0} {comets,7} {memory,11} {files,8} {cpu,4}");
            var middle = Text($"{topic,11:0.00} {egress,16:0.00} {units,21} {processing,13} {Math.Max(1, groups),7}");
            var right = Text($"{perSecond,7:0} {Cores(perSecond, connect),12:0.0} {Cores(perSecond, facade),10:0.0}");
            output.WriteLine($"{left} {middle} {right}");
        }

        double Value(Option<double> option) => parsed.GetValue(option);

        double Cores(double rate, Option<double> microseconds) => rate * Value(microseconds) / 1e6 / utilisation;
    }

    // The least number K for which (K - 1) * free >= delivering + connecting / K: the clients of one come back to the others.
    private static int ForCpu(double free, double delivering, double connecting)
    {
        var sum = free + delivering;
        return RoundUp((sum + Math.Sqrt((sum * sum) + (4 * free * connecting))) / (2 * free));
    }

    private static int RoundUp(double number) => (int)Math.Ceiling(number);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
