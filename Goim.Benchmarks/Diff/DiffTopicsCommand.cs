using System.CommandLine;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Diff;

/// <summary><c>diff-topics</c>: compares what two push topics deliver.</summary>
internal static class DiffTopicsCommand
{
    private const int Different = 1, Failed = 2, Interrupted = 130, MostDeliveries = 1_000_000, MostSeconds = 7 * 24 * 3_600;
    private static readonly RecordKind[] Ops = [RecordKind.Multiple, RecordKind.Broadcast, RecordKind.BroadcastRoom];

    public static Command Create()
    {
        var a = new Argument<string>("A") { Description = "Brokers and topic: host:port,host:port/topic." };
        var b = new Argument<string>("B") { Description = "The other topic, on the same brokers or others." };
        var from = new Option<string>("--from")
        {
            Description = "beginning (the oldest record that each topic still has, without an edge), end (with --seconds), or a time "
                + "such as 2026-11-27T14:00:00Z. A time needs records with a timestamp.",
            DefaultValueFactory = _ => ReadWindow.Beginning,
        };
        var until = new Option<string?>("--until")
        {
            Description = "Time of the first record that is left out. Default: the end that each topic has at the start, without an edge.",
        };
        var seconds = new Option<double?>("--seconds")
        {
            Description = "Also read what comes within this time, in seconds, at most a week.",
        };
        seconds.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<double?>() is { } given and not (> 0 and <= MostSeconds))
            {
                result.AddError(FormattableString.Invariant(
                    $"--seconds is {given}: expected more than 0 and at most {MostSeconds} seconds."));
            }
        });
        var edge = LoadOptions.Seconds(
            "--edge",
            2,
            "Seconds after a start and before an end by time (--seconds, --from end, a time). Records written in them need no "
            + "counterpart, since a push comes to both topics at two times.");
        var ops = new Option<string[]>("--op")
        {
            Description = "Compare only this op: multiple, broadcast or broadcast_room. May be repeated.",
            DefaultValueFactory = _ => [],
        };
        ops.AcceptOnlyFromAmong([.. Ops.Select(Delivery.Name)]);
        var exact = new Option<bool>("--exact") { Description = "Compare the bytes of whole records, with server ids and sub keys." };
        var keys = new Option<bool>("--keys") { Description = "Compare the records' keys too." };
        var first = LoadOptions.Number("--first", 10, "How many differences of each side to print.");
        var show = new Option<bool>("--show") { Description = "Print the messages of these differences, instead of length and hash." };
        var limit = LoadOptions.Number(
            "--limit", MostDeliveries, "Most different deliveries. Each takes some 200 bytes of memory; more end the command.");
        var timeout = LoadOptions.Seconds("--timeout", 10, "Maximum wait for a broker's answer, in seconds.");
        var command = new Command(
            "diff-topics",
            "Compares two push topics, goim's and this project's for example, by what clients get: each message to a user, a room or all, "
            + "as often as it is there, in any order. Server ids, sub keys and the number of records may differ. Settings Kafka… of "
            + "the environment say how to sign in; A__Kafka… and B__Kafka… where the sides differ. Exit code: 0 the same, 1 different, "
            + "2 a wrong argument, a topic that cannot be read, or another failure, 130 ended by Ctrl+C. "
            + "docs/migrate-from-goim.md says when to use it.")
        {
            a, b, from, until, seconds, edge, ops, exact, keys, first, show, limit, timeout,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                TopicSide[] sides = [TopicSide.Parse("A", parsed.GetValue(a)!), TopicSide.Parse("B", parsed.GetValue(b)!)];
                if (sides[0].Brokers == sides[1].Brokers && sides[0].Topic == sides[1].Topic)
                {
                    throw new TargetFailure($"A and B are both '{parsed.GetValue(a)}': expected two topics.");
                }

                var window = ReadWindow.Parse(
                    parsed.GetValue(from)!, parsed.GetValue(until), parsed.GetValue(seconds), parsed.GetValue(edge));
                var isExact = parsed.GetValue(exact);
                var compared = Compared(parsed.GetValue(ops)!, isExact);
                var counts = new DeliveryCounts(parsed.GetValue(limit));
                var wait = TimeSpan.FromSeconds(parsed.GetValue(timeout));
                using var scanA = new TopicScan(sides[0], window, wait);
                using var scanB = new TopicScan(sides[1], window, wait);
                TopicScan[] scans = [scanA, scanB];
                var content = new RecordContent(isExact, parsed.GetValue(keys));
                var records = await new Comparison(scans, content, counts, compared).RunAsync(() => Begun(window), cancellationToken);
                var isSame = new DiffReport(sides, counts, records, compared).Print(
                    Console.Out, scans, parsed.GetValue(first), parsed.GetValue(show), window);
                if (cancellationToken.IsCancellationRequested)
                {
                    await Console.Error.WriteLineAsync("Interrupted: the last records may lack their counterparts.");
                    return Interrupted;
                }

                return isSame ? 0 : Different;
            }
            catch (TargetFailure failure)
            {
                await Console.Error.WriteLineAsync(failure.Message);
                return Failed;
            }
#pragma warning disable CA1031 // The caller must not take a defect for a difference, whose exit code System.CommandLine returns.
            catch (Exception defect)
#pragma warning restore CA1031
            {
                await Console.Error.WriteLineAsync(defect.ToString());
                return Failed;
            }
        });
        return command;
    }

    private static void Begun(ReadWindow window)
    {
        if (window.Duration is { } time)
        {
            Console.Error.WriteLine(FormattableString.Invariant($"Reading for {time.TotalSeconds} s. Ctrl+C ends it earlier."));
        }
    }

    // Records that bring no client a message are compared as bytes only.
    private static HashSet<RecordKind> Compared(string[] ops, bool isExact) =>
    [
        .. Ops.Where(kind => ops.Length == 0 || ops.Contains(Delivery.Name(kind))),
        .. isExact && ops.Length == 0 ? [RecordKind.OtherOp, RecordKind.Unreadable] : Array.Empty<RecordKind>(),
    ];
}
