using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Goim.Benchmarks.Diff;

/// <summary>Prints what two sides have, and what only one of them has.</summary>
/// <param name="sides">A and B.</param>
/// <param name="counts">Their deliveries.</param>
/// <param name="records">Their records by kind.</param>
/// <param name="compared">The kinds whose deliveries are compared.</param>
internal sealed class DiffReport(TopicSide[] sides, DeliveryCounts counts, long[][] records, IReadOnlySet<RecordKind> compared)
{
    private const int LongestText = 200;

    /// <summary>Quotes messages so that no character of theirs reaches the terminal as a command.</summary>
    private static readonly JsonSerializerOptions Quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Prints the counts and the first differences of each side.</summary>
    /// <param name="output">Takes the text.</param>
    /// <param name="scans">Know the partitions, and read messages again.</param>
    /// <param name="first">How many differences of each side to print.</param>
    /// <param name="show">Whether to print messages.</param>
    /// <param name="window">What was read.</param>
    /// <returns>Whether both sides have the same.</returns>
    public bool Print(TextWriter output, TopicScan[] scans, int first, bool show, ReadWindow window)
    {
        for (var side = 0; side < sides.Length; side++)
        {
            var size = Text($"{scans[side].Partitions} partitions, {records[side].Sum()} records")
                + $", from {Offsets(scans[side].Starts)}";
            output.WriteLine($"{sides[side].Name}  {sides[side].Brokers}/{sides[side].Topic}: {size}");
        }

        foreach (var side in Enumerable.Range(0, sides.Length).Where(side => window.FromBeginning && scans[side].Starts.Any(IsLater)))
        {
            output.WriteLine(
                $"Warning: {sides[side].Name} no longer has its oldest records. The other side may still have their counterparts: "
                + "compare new records with --from end.");
        }

        output.WriteLine();
        output.WriteLine("                 records A  records B  deliveries A  deliveries B     only in A     only in B");
        long[] only = [0, 0];
        foreach (var kind in Enum.GetValues<RecordKind>())
        {
            var row = Text($"{Delivery.Name(kind),-15} {records[0][(int)kind],10} {records[1][(int)kind],10}");
            if (compared.Contains(kind))
            {
                long[] more = [Only(0, kind), Only(1, kind)];
                (only[0], only[1]) = (only[0] + more[0], only[1] + more[1]);
                row += Text($" {counts.Total(0, kind),13} {counts.Total(1, kind),13} {more[0],13} {more[1],13}");
            }

            output.WriteLine(row);
        }

        output.WriteLine();
        output.WriteLine(Text($"Deliveries that a side has again: A {counts.Repeated(0)}, B {counts.Repeated(1)}."));
        if (window.HasEdges)
        {
            output.WriteLine(Text($"At the edges, without a counterpart and not compared: A {counts.LeftOut(0)}, B {counts.LeftOut(1)}."));
        }

        PrintSurpluses(output, 0, scans[0], only[0], first, show);
        PrintSurpluses(output, 1, scans[1], only[1], first, show);
        output.WriteLine();
        output.WriteLine(records[0].Sum() + records[1].Sum() == 0 ? "Same: neither side has a record."
            : only is [0, 0] ? "Same: each side has all deliveries of the other."
            : Text($"Different: deliveries only in A: {only[0]}, only in B: {only[1]}."));
        return only is [0, 0];
    }

    private static bool IsLater(long offset) => offset > 0;

    private static string Offsets(IReadOnlyCollection<long> starts) => starts.Min() == starts.Max()
        ? Text($"offset {starts.Min()}")
        : Text($"offsets {starts.Min()} to {starts.Max()}");

    private long Only(int side, RecordKind kind) => counts.Surpluses(side, kind).Sum(static surplus => (long)surplus.More);

    private void PrintSurpluses(TextWriter output, int side, TopicScan scan, long only, int first, bool show)
    {
        if (only == 0)
        {
            return;
        }

        var all = compared.SelectMany(kind => counts.Surpluses(side, kind)).ToArray();
        output.WriteLine();
        output.WriteLine($"Only in {sides[side].Name}:");
        foreach (var surplus in all.OrderBy(static each => (each.First.Partition, each.First.Offset)).Take(first))
        {
            var place = surplus.First;
            var at = Text($"first at partition {place.Partition}, offset {place.Offset}");
            output.WriteLine(Text($"  {surplus.More} times {Receivers(surplus.Delivery)}: {Content(surplus, scan, show)}, {at}"));
        }

        if (all.Length > first)
        {
            output.WriteLine(Text($"  and {all.Length - first} others"));
        }
    }

    private static string Receivers(in Delivery delivery) => Delivery.Name(delivery.Kind)
        + (delivery.Recipient is { } id ? Text($" to {(delivery.Kind == RecordKind.Multiple ? "user" : "room")} {id}") : "")
        + (delivery.Ensure ? " with ensure" : "");

    private static string Content(in Surplus surplus, TopicScan scan, bool show)
    {
        if (show && scan.ValueAt(surplus.First) is { } value)
        {
            var bytes = RecordContent.Message(value) ?? value;
            var (isText, end) = (Utf8.IsValid(bytes), Cut(bytes));
            var text = isText
                ? JsonSerializer.Serialize(Encoding.UTF8.GetString(bytes.AsSpan(0, end)), Quoting)
                : $"0x{Convert.ToHexStringLower(bytes.AsSpan(0, end))}";
            return end < bytes.Length ? Text($"{text}… ({bytes.Length} bytes)") : text;
        }

        return Text($"{surplus.Delivery.Length} bytes, hash {surplus.Delivery.Hash >> 64:x16}");
    }

    // Not in the middle of a character.
    private static int Cut(byte[] bytes)
    {
        var end = Math.Min(bytes.Length, LongestText);
        while (end < bytes.Length && (bytes[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return end;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
