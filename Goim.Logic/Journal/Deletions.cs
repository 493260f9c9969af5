using System.Text.Json;
using Goim.Logic.Counts;
using Goim.Logic.Routing;
using Goim.Protocol;
using Grpc.Core;

namespace Goim.Logic.Journal;

/// <summary>Deletes sessions. What a node does not confirm goes to the journal before the caller is answered.</summary>
public sealed class Deletions(RouterNodes nodes, RouterJournal journal, SessionCounts counts, TimeProvider time)
{
    /// <summary>
    /// How far a node's clock may be ahead, in ms. A call that the node gets to late, or twice, spares what was made since; a session of
    /// just now must not be spared for its clock.
    /// </summary>
    private const long ClockDifference = 1_000;

    private const string MayStay = "what it holds may still be there, repeat the call.";

    /// <summary>Deletes one session.</summary>
    public async Task<Outcome<Deletion>> DelAsync(SubKey key, CancellationToken cancellationToken)
    {
        var asked = time.GetUtcNow().ToUnixTimeMilliseconds();
        var owner = nodes.OwnerOf(key.UserId);
        RouterNodeClient[] owners = nodes.PreviousOwnerOf(key.UserId) is { } before ? [owner, before] : [owner];
        var arg = new DelArg { UserId = key.UserId, Seq = key.Seq, BeforeUnixMs = asked + ClockDifference };
        var answers = await Task.WhenAll(owners.Select(node => AskAsync(node, RouterCalls.Del, arg, cancellationToken)));
        var entries = Unconfirmed(answers).Select(failure => new JournalEntry(failure.Node, asked) { UserId = key.UserId, Seq = key.Seq });
        return await KeepAsync([.. entries], answers, answers.Any(answer => answer.Reply is { Has: true }));
    }

    /// <summary>Deletes the sessions of one comet server on every node.</summary>
    public async Task<Outcome<Deletion>> DelServerAsync(int server, CancellationToken cancellationToken)
    {
        var asked = time.GetUtcNow().ToUnixTimeMilliseconds();
        var arg = new DelServerArg { Server = server, BeforeUnixMs = asked + ClockDifference };
        var answers = await Task.WhenAll((await nodes.StoresAsync(CancellationToken.None)).Select(node => AskAsync(node, RouterCalls.DelServer, arg, cancellationToken)));
        counts.Forget();
        var entries = Unconfirmed(answers).Select(failure => new JournalEntry(failure.Node, asked) { Server = server });
        return await KeepAsync([.. entries], answers, has: false);
    }

    // A caller who leaves cancels the call, not the deletion: a node that has not confirmed it by then goes to the journal too.
    private static async Task<NodeReply<TReply>> AskAsync<TArg, TReply>(RouterNodeClient node, RouterCall<TArg, TReply> call, TArg arg, CancellationToken cancellationToken)
        where TReply : class
    {
        try
        {
            return await node.CallAsync(call, arg, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return node.Failed<TReply>(StatusCode.Cancelled);
        }
    }

    private static IEnumerable<NodeFailure> Unconfirmed<TReply>(NodeReply<TReply>[] answers)
        where TReply : class => answers.Where(answer => answer.Reply is null).Select(answer => answer.Failure);

    private async Task<Outcome<Deletion>> KeepAsync<TReply>(JournalEntry[] entries, NodeReply<TReply>[] answers, bool has)
        where TReply : class
    {
        foreach (var entry in entries)
        {
            if (!await journal.WriteAsync(entry, CancellationToken.None))
            {
                return NodeFailure.Problem(
                    [.. Unconfirmed(answers)], journal.IsOn ? "the journal's storage does not answer either, repeat the call." : MayStay);
            }
        }

        return new Deletion(has, [.. entries.Select(entry => entry.Node)]);
    }
}

/// <summary>What became of a deletion.</summary>
/// <param name="Has">Whether a session was there and is gone.</param>
/// <param name="Journalled">Nodes that did not confirm it and will be asked again.</param>
public readonly record struct Deletion(bool Has, IReadOnlyList<string> Journalled)
{
    /// <summary><c>{"has":true}</c>, or <c>{"journalled":true}</c> where a node did not confirm it; UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> OfOneSession() =>
        (Journalled.Count > 0 ? """{"journalled":true}"""u8 : Has ? """{"has":true}"""u8 : """{"has":false}"""u8).ToArray();

    /// <summary><c>{}</c>, or <c>{"journalled":["2"]}</c> with the nodes that did not confirm it; UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> OfServer() =>
        Journalled.Count > 0 ? JsonSerializer.SerializeToUtf8Bytes(new { Journalled }, JsonSerializerOptions.Web) : "{}"u8.ToArray();
}
