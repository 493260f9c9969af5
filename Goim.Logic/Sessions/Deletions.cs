using System.Text.Json;
using Goim.Logic.Journal;
using Goim.Logic.Routing;
using Goim.Logic.Routing.Nodes;
using Goim.Protocol;

namespace Goim.Logic.Sessions;

/// <summary>Deletes sessions. A deletion that a node does not confirm is in the journal before the caller gets an answer.</summary>
public sealed class Deletions(RouterClient router, RouterJournal journal, SessionCounts counts, TimeProvider time)
{
    /// <summary>
    /// How far a node's clock may be ahead of ours, in ms. A deletion that reaches the node late, or twice, spares sessions that were
    /// created since. This keeps it from sparing a session that was created just before.
    /// </summary>
    private const long ClockDifference = 1_000;

    private const string MayStay = "what it holds may still be there, repeat the call.";

    /// <summary>Deletes one session.</summary>
    public async Task<Outcome<Deletion>> DelAsync(SubKey key, CancellationToken cancellationToken)
    {
        var (began, asked) = (time.GetTimestamp(), time.GetUtcNow().ToUnixTimeMilliseconds());
        var arg = new DelArg { UserId = key.UserId, Seq = key.Seq, BeforeUnixMs = asked + ClockDifference };
        var answers = await router.DelAsync(arg, cancellationToken);
        var has = answers.Any(answer => answer.Reply is { Has: true });
        return await JournalAsync(answers, has, node => new JournalEntry(node, AgeSince(began)) { UserId = key.UserId, Seq = key.Seq });
    }

    /// <summary>Deletes the sessions of one comet server on every node.</summary>
    public async Task<Outcome<Deletion>> DelServerAsync(int server, CancellationToken cancellationToken)
    {
        var (began, asked) = (time.GetTimestamp(), time.GetUtcNow().ToUnixTimeMilliseconds());
        var answers = await router.DelServerAsync(
            new DelServerArg { Server = server, BeforeUnixMs = asked + ClockDifference }, cancellationToken);
        counts.Forget();
        return await JournalAsync(answers, has: false, node => new JournalEntry(node, AgeSince(began)) { Server = server });
    }

    /// <summary>
    /// Deletes a session that has moved to another node from the node that had it before. A problem if that node does not confirm it and
    /// the journal cannot take it either.
    /// </summary>
    internal async Task<Problem?> DelMovedAsync(SubKey key, CancellationToken cancellationToken)
    {
        var (began, asked) = (time.GetTimestamp(), time.GetUtcNow().ToUnixTimeMilliseconds());
        var arg = new DelArg { UserId = key.UserId, Seq = key.Seq, BeforeUnixMs = asked };
        if (await router.DelAtPreviousOwnerAsync(arg, cancellationToken) is not { Reply: null, Failure: var failure })
        {
            return null;
        }

        var entry = new JournalEntry(failure.Node, AgeSince(began)) { UserId = key.UserId, Seq = key.Seq };
        return await journal.WriteAsync(entry, CancellationToken.None)
            ? null
            : NodeFailure.Problem([failure], "it may still hold sessions that have moved, repeat them.");
    }

    private long AgeSince(long began) => (long)time.GetElapsedTime(began).TotalMilliseconds;

    // Writes an entry for each node that did not confirm the deletion.
    private async Task<Outcome<Deletion>> JournalAsync<TReply>(NodeReply<TReply>[] answers, bool has, Func<string, JournalEntry> entryFor)
        where TReply : class
    {
        var failures = answers.Where(answer => answer.Reply is null).Select(answer => answer.Failure).ToArray();
        foreach (var failure in failures)
        {
            if (!await journal.WriteAsync(entryFor(failure.Node), CancellationToken.None))
            {
                return NodeFailure.Problem(
                    failures, journal.IsOn ? "the journal's storage does not answer either, repeat the call." : MayStay);
            }
        }

        return new Deletion(has, [.. failures.Select(failure => failure.Node)]);
    }
}

/// <summary>The outcome of a deletion.</summary>
/// <param name="Has">Whether a session was there and is deleted.</param>
/// <param name="Journalled">Nodes that did not confirm the deletion. The journal asks them again.</param>
public readonly record struct Deletion(bool Has, IReadOnlyList<string> Journalled)
{
    /// <summary><c>{"has":true}</c>, or <c>{"journalled":true}</c> if a node did not confirm it; UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> SessionData() =>
        (Journalled.Count > 0 ? """{"journalled":true}"""u8 : Has ? """{"has":true}"""u8 : """{"has":false}"""u8).ToArray();

    /// <summary><c>{}</c>, or <c>{"journalled":["2"]}</c> with the nodes that did not confirm it; UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> ServerData() =>
        Journalled.Count > 0 ? JsonSerializer.SerializeToUtf8Bytes(new { Journalled }, JsonSerializerOptions.Web) : "{}"u8.ToArray();
}
