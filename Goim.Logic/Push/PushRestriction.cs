using System.Globalization;
using Goim.Logic.Input;
using Goim.Protocol;

namespace Goim.Logic.Push;

/// <summary>What restricts the delivery of a push: connections that do not get it, and a time to live. goim has neither.</summary>
public sealed class PushRestriction
{
    /// <summary>Most sub keys in <c>except</c>. A record for rooms or all carries them, and then it is <see cref="MaxInRecord"/>.</summary>
    internal const int MaxExcept = 1_000;

    private const int MaxInRecord = 100;
    private const int MaxSeconds = 604_800;

    /// <summary>What an error says where a time to live is expected.</summary>
    internal static readonly string TimeForm = $"a whole number of seconds from 1 to {MaxSeconds}";

    private static readonly Comparer<SubKey> Order = Comparer<SubKey>.Create(static (one, other) =>
        one.UserId != other.UserId ? one.UserId.CompareTo(other.UserId) : one.Seq.CompareTo(other.Seq));

    // Ascending, each once.
    private readonly SubKey[] except;
    private readonly int? seconds;

    private PushRestriction(SubKey[] except, int? seconds) => (this.except, this.seconds) = (except, seconds);

    /// <summary>Reads <c>except=42_1,42_7</c> and <c>ttl=60</c>. Null if the query has neither.</summary>
    internal static Outcome<PushRestriction?> Read(PushKind kind, RawQuery query)
    {
        if ((query.Overlooked("except") ?? query.Overlooked("ttl")) is { } overlooked)
        {
            return overlooked;
        }

        List<SubKey>? except = null;
        if (query["except"] is { } list)
        {
            except = [];
            foreach (var range in list.AsSpan().Split(','))
            {
                if (!SubKey.TryParse(list.AsSpan()[range], out var key))
                {
                    return NoKey(except.Count, Quoted.Of(list[range]));
                }

                except.Add(key);
            }
        }

        if (query["ttl"] is not { } text)
        {
            return Of(kind, except, null);
        }

        return GoInt.TryParse(text, out int seconds) ? Of(kind, except, seconds) : NoTime(Quoted.Of(text));
    }

    /// <summary>The restriction of a push. Null if there is none.</summary>
    /// <param name="kind">The push.</param>
    /// <param name="except">Sub keys of the request, in any order, repeats included. Null for none.</param>
    /// <param name="seconds">The time to live. Null for none.</param>
    internal static Outcome<PushRestriction?> Of(PushKind kind, List<SubKey>? except, int? seconds)
    {
        var most = IsInRecord(kind) ? MaxInRecord : MaxExcept;
        return except is not null && kind == PushKind.Key ? Refused("except comes with key: expected it with users, rooms or all only.")
            : except?.Count == 0 ? Refused($"except is empty: expected 1 to {most} sub keys.")
            : except?.Count > most ? TooMany(most)
            : seconds is < 1 or > MaxSeconds ? NoTime(string.Create(CultureInfo.InvariantCulture, $"'{seconds}'"))
            : except is null && seconds is null ? default(PushRestriction)
            : new PushRestriction(except is null ? [] : Distinct(except), seconds);
    }

    /// <summary>The problem of an entry of <c>except</c>.</summary>
    internal static Problem NoKey(int index, string shown) => Refused(
        $"except[{index.ToString(CultureInfo.InvariantCulture)}] is {shown}: expected {RawQuery.SubKeyForm}.");

    /// <summary>The problem of more sub keys than <paramref name="most"/>.</summary>
    internal static Problem TooMany(int most) =>
        new(ProblemKind.TooLarge, $"except holds more than {most} sub keys: expected {most} at most.");

    /// <summary>Whether a connection does not get the push.</summary>
    internal bool Excepts(SubKey key) => Array.BinarySearch(except, key, Order) >= 0;

    /// <summary>
    /// What follows in each record of the push, as <see cref="RecordTail"/> writes it. Null for nothing: the records of users leave out the
    /// sub keys of <c>except</c> themselves.
    /// </summary>
    internal byte[]? Tail(PushKind kind, TimeProvider time)
    {
        var keys = IsInRecord(kind) ? except : [];
        long? expires = seconds is { } live ? time.GetUtcNow().AddSeconds(live).ToUnixTimeMilliseconds() : null;
        return keys.Length == 0 && expires is null ? null : RecordTail.Write(keys, expires);
    }

    /// <summary>The same for the same restriction, such as <c> 60 42_1,42_7</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $" {seconds} {string.Join(',', except.Select(static key => key.ToString()))}");

    private static Problem NoTime(string shown) => Refused($"ttl is {shown}: expected {TimeForm}.");

    private static bool IsInRecord(PushKind kind) => kind is PushKind.Room or PushKind.Rooms or PushKind.All;

    // Sorted, not hashed: callers choose the keys.
    private static SubKey[] Distinct(List<SubKey> keys)
    {
        SubKey[] sorted = [.. keys];
        Array.Sort(sorted, Order);
        var count = 0;
        foreach (var key in sorted)
        {
            if (count == 0 || sorted[count - 1] != key)
            {
                sorted[count++] = key;
            }
        }

        return sorted[..count];
    }

    private static Problem Refused(string error) => new(ProblemKind.BadInput, error);
}
