using System.Globalization;
using System.Text.Json;
using Goim.Logic.Access;
using Goim.Logic.Journal;
using Goim.Logic.Routing;
using Goim.Logic.Routing.Nodes;
using Goim.Protocol;

namespace Goim.Logic.Sessions;

/// <summary>Deletes sessions. A deletion that a node does not confirm is in the journal before the caller gets an answer.</summary>
/// <remarks>
/// A deletion carries its age, and the store spares sessions that it has created since then. So a deletion that arrives late deletes
/// nothing new, and no two clocks are compared.
/// </remarks>
public sealed class Deletions(RouterClient router, RouterJournal journal, SessionCounts counts, TimeProvider time)
{
    private const string MayStay = "what it holds may still be there, repeat the call.";

    /// <summary>Deletes one session.</summary>
    /// <param name="key">The session's sub key.</param>
    /// <param name="cancellationToken">The caller left. The deletion goes on.</param>
    public Task<Outcome<Deletion>> DelAsync(SubKey key, CancellationToken cancellationToken) =>
        DelAsync(key, time.GetTimestamp(), cancellationToken);

    /// <summary>Deletes one session.</summary>
    /// <param name="key">The session's sub key.</param>
    /// <param name="asked">When the deletion was asked for: a timestamp of the time provider.</param>
    /// <param name="cancellationToken">The caller left. The deletion goes on.</param>
    internal async Task<Outcome<Deletion>> DelAsync(SubKey key, long asked, CancellationToken cancellationToken)
    {
        var answers = await router.DelAsync(key.UserId, () => DelOf(key, asked), cancellationToken);
        var has = answers.Any(answer => answer.Reply is { Has: true });
        return await JournalAsync(answers, asked, has, entry => entry with { UserId = key.UserId, Seq = key.Seq });
    }

    /// <summary>Deletes the sessions of one comet server on every node.</summary>
    public async Task<Outcome<Deletion>> DelServerAsync(int server, CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        var answers = await router.DelServerAsync(
            () => new DelServerArg { Server = server, AgeMs = AgeMs(asked) }, cancellationToken);
        counts.Forget();
        return await JournalAsync(answers, asked, has: false, entry => entry with { Server = server });
    }

    /// <summary>Deletes many sessions.</summary>
    /// <param name="keys">Their sub keys.</param>
    /// <param name="asked">When the deletions were asked for: a timestamp of the time provider.</param>
    /// <param name="cancellationToken">The caller left. The deletions go on.</param>
    internal Task<DeletionBatch> DelAsync(SubKey[] keys, long asked, CancellationToken cancellationToken) =>
        DelAsync(keys, isMoved: false, asked, cancellationToken);

    /// <summary>Deletes sessions that have moved to other nodes from the nodes that had them before.</summary>
    internal Task<DeletionBatch> DelMovedAsync(SubKey[] keys, CancellationToken cancellationToken) =>
        DelAsync(keys, isMoved: true, time.GetTimestamp(), cancellationToken);

    private async Task<DeletionBatch> DelAsync(SubKey[] keys, bool isMoved, long asked, CancellationToken cancellationToken)
    {
        var (has, failed) = await router.DelAsync(keys, isMoved, () => AgeMs(asked), cancellationToken);
        var (places, entries, failures) = (new List<int>(), new List<JournalEntry>(), new List<NodeFailure>());
        foreach (var (failure, indexes) in failed)
        {
            var entry = EntryOf(failure, asked);
            foreach (var i in indexes)
            {
                places.Add(i);
                entries.Add(entry with { UserId = keys[i].UserId, Seq = keys[i].Seq });
                failures.Add(failure);
            }
        }

        var isWritten = await journal.WriteAsync(entries);
        var lost = new SortedDictionary<int, NodeFailure>();
        for (var i = 0; i < places.Count; i++)
        {
            if (!isWritten[i])
            {
                lost[places[i]] = failures[i];
            }
        }

        return new DeletionBatch(has, lost);
    }

    private DelArg DelOf(SubKey key, long asked) => new() { UserId = key.UserId, Seq = key.Seq, AgeMs = AgeMs(asked) };

    private long AgeMs(long asked) => (long)time.GetElapsedTime(asked).TotalMilliseconds;

    private JournalEntry EntryOf(NodeFailure failure, long asked) =>
        new(failure.Node, AgeMs(asked)) { StoreId = failure.StoreId.Length > 0 ? failure.StoreId : null };

    // Writes an entry for each node that did not confirm the deletion.
    private async Task<Outcome<Deletion>> JournalAsync<TReply>(
        NodeReply<TReply>[] answers, long asked, bool has, Func<JournalEntry, JournalEntry> of)
        where TReply : class
    {
        var failures = answers.Where(answer => answer.Reply is null).Select(answer => answer.Failure).ToArray();
        foreach (var failure in failures)
        {
            if (!await journal.WriteAsync(of(EntryOf(failure, asked)), CancellationToken.None))
            {
                return NodeFailure.Problem(
                    failures, journal.IsOn ? "the journal's storage does not answer either, repeat the call." : MayStay);
            }
        }

        return new Deletion(has, [.. failures.Select(failure => failure.Node)]);
    }
}

/// <summary>The outcome of many deletions.</summary>
/// <param name="Has">Whether each session was there and is deleted, in order; null if a node did not confirm it.</param>
/// <param name="Failed">The places of those that neither a node nor the journal will carry out, ascending, and why.</param>
internal sealed record DeletionBatch(bool?[] Has, SortedDictionary<int, NodeFailure> Failed)
{
    /// <summary>Whether a node did not confirm a deletion, and the journal asks it again.</summary>
    public bool IsJournalled(int place) => Has[place] is null && !Failed.ContainsKey(place);
}

/// <summary>The outcome of a deletion.</summary>
/// <param name="Has">Whether a session was there and is deleted.</param>
/// <param name="Journalled">Nodes that did not confirm the deletion. The journal asks them again.</param>
public readonly record struct Deletion(bool Has, IReadOnlyList<string> Journalled)
{
    /// <summary><c>{"has":true}</c>, or <c>{"journalled":true}</c> if a node did not confirm it; UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> SessionData() =>
        (Journalled.Count > 0 ? """{"journalled":true}"""u8 : Has ? """{"has":true}"""u8 : """{"has":false}"""u8).ToArray();

    /// <summary>The line of the trail for a deletion of a server's sessions.</summary>
    internal static AuditEvent AuditServer(int server, Outcome<Deletion> outcome) => new(
        AuditKind.DelServer,
        string.Create(CultureInfo.InvariantCulture, $"server {server}"),
        1,
        !outcome.Is(out var deletion, out var problem) ? AuditEvent.OutcomeOf(problem)
        : deletion.Journalled.Count > 0 ? "journalled"
        : AuditEvent.Done);

    /// <summary><c>{}</c>, or <c>{"journalled":["2"]}</c> with the nodes that did not confirm it; UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> ServerData() =>
        Journalled.Count > 0 ? JsonSerializer.SerializeToUtf8Bytes(new { Journalled }, JsonSerializerOptions.Web) : "{}"u8.ToArray();
}
