using System.Collections.Concurrent;
using Goim.Logic.Routing;
using Goim.Logic.Routing.Nodes;
using Goim.Protocol;

namespace Goim.Logic.Sessions;

/// <summary>Puts many sessions: restores those that have a number, then gives the others one.</summary>
public sealed class SessionRestore(RouterClient router, Registrations registrations, Deletions deletions)
{
    /// <summary>Most puts of new sessions under way. Each is a call of its own, so that each can be refused.</summary>
    private const int PutsAtOnce = 32;

    /// <summary>Maximum number of errors in an answer.</summary>
    private const int MaxErrors = 4;

    private const string NewNotPut = "the session is not put.";
    private const string NotPut = "its sessions are not put, repeat them.";

    /// <summary>Puts the sessions. Those that fail do not stop the others.</summary>
    public async Task<Restored> MPutAsync(IReadOnlyList<PutArg> puts, CancellationToken cancellationToken)
    {
        var seqs = new int[puts.Count];
        var problems = new ConcurrentQueue<Problem>();
        var all = Enumerable.Range(0, puts.Count).ToArray();
        var numbered = all.Where(i => puts[i].Seq > 0).ToArray();
        var (restored, failures) = await router.MPutAsync([.. numbered.Select(i => puts[i])], cancellationToken);
        for (var i = 0; i < numbered.Length; i++)
        {
            seqs[numbered[i]] = restored[i];
        }

        foreach (var failure in failures)
        {
            problems.Enqueue(NodeFailure.Problem([failure], NotPut));
        }

        // Only after the restores: a node gives a new session a number above those that it has restored. If a restore failed for a user,
        // that user gets no new session.
        var unrestored = numbered.Where(i => seqs[i] == 0).Select(i => puts[i].UserId).ToHashSet(SeededLongComparer.Instance);
        await ForEachAsync(all.Where(i => puts[i].Seq == 0 && !unrestored.Contains(puts[i].UserId)), PutAsync);
        if (router.IsChanging)
        {
            // A restore that got another number may have met the session of another server, also at the previous owner.
            await ForEachAsync(numbered.Where(i => seqs[i] == puts[i].Seq), LeavePreviousOwnerAsync);
        }

        return new Restored(seqs, OneOf(problems));

        Task ForEachAsync(IEnumerable<int> indexes, Func<int, CancellationToken, ValueTask> action) => Parallel.ForEachAsync(
            indexes, new ParallelOptions { MaxDegreeOfParallelism = PutsAtOnce, CancellationToken = cancellationToken }, action);

        async ValueTask PutAsync(int i, CancellationToken cancellation)
        {
            if ((await registrations.PutAsync(puts[i], NewNotPut, cancellation)).Is(out var reply, out var problem))
            {
                seqs[i] = reply.Seq;
            }
            else
            {
                problems.Enqueue(problem);
            }
        }

        // No later call would delete the session at the node that owned the user before the ring changed.
        async ValueTask LeavePreviousOwnerAsync(int i, CancellationToken cancellation)
        {
            if (await deletions.DelMovedAsync(new SubKey(puts[i].UserId, puts[i].Seq), cancellation) is { } problem)
            {
                seqs[i] = 0;
                problems.Enqueue(problem);
            }
        }
    }

    private static Problem? OneOf(ConcurrentQueue<Problem> problems)
    {
        if (!problems.TryPeek(out var first))
        {
            return null;
        }

        var errors = problems.Select(problem => problem.Error).Distinct().ToArray();
        var others = errors.Length > MaxErrors ? $" There are {errors.Length - MaxErrors} further errors." : "";
        return first with { Error = string.Join(' ', errors.Take(MaxErrors)) + others };
    }
}

/// <summary>The outcome of many puts.</summary>
/// <param name="Seqs">Number of each session, in order; 0 for one that failed.</param>
/// <param name="Problem">Why puts failed. Null if none did.</param>
public sealed record Restored(IReadOnlyList<int> Seqs, Problem? Problem);
