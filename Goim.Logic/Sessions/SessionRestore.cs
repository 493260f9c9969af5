using Goim.Logic.Routing;
using Goim.Logic.Routing.Nodes;
using Goim.Protocol;

namespace Goim.Logic.Sessions;

/// <summary>Puts many sessions: restores those that have a number, then gives the others one.</summary>
public sealed class SessionRestore(RouterClient router, Registrations registrations, Deletions deletions)
{
    /// <summary>Maximum number of errors in an answer.</summary>
    private const int MaxErrors = 4;

    private const string NewNotPut = "the session is not put.";
    private const string NotPut = "its sessions are not put, repeat them.";
    private const string NotMoved = "it may still hold sessions that have moved, repeat them.";

    /// <summary>Puts the sessions. Those that fail do not stop the others.</summary>
    public async Task<Restored> MPutAsync(IReadOnlyList<PutArg> puts, CancellationToken cancellationToken)
    {
        var seqs = new int[puts.Count];
        var problems = new List<Problem>();
        var all = Enumerable.Range(0, puts.Count).ToArray();
        var numbered = Array.FindAll(all, i => puts[i].Seq > 0);
        var restored = await router.RestoreAsync([.. numbered.Select(i => puts[i])], cancellationToken);
        for (var i = 0; i < numbered.Length; i++)
        {
            seqs[numbered[i]] = restored.Seqs[i];
        }

        problems.AddRange(restored.Failed.Select(part => NodeFailure.Problem([part.Failure], NotPut)));

        // Only after the restores: a node gives a new session a number above those that it has restored. If a restore failed for a user,
        // that user gets no new session.
        var unrestored = numbered.Where(i => seqs[i] == 0).Select(i => puts[i].UserId).ToHashSet(SeededLongComparer.Instance);
        var unnumbered = Array.FindAll(all, i => puts[i].Seq == 0 && !unrestored.Contains(puts[i].UserId));
        var registered = await registrations.PutAsync([.. unnumbered.Select(i => puts[i])], NewNotPut, cancellationToken);
        for (var i = 0; i < unnumbered.Length; i++)
        {
            seqs[unnumbered[i]] = registered[i].Seq;
            if (registered[i].Problem is { } problem)
            {
                problems.Add(problem);
            }
        }

        if (router.IsChanging)
        {
            // A restore that got another number may have met the session of another server, also at the previous owner. No later call
            // would delete the others at the node that owned the user before the ring changed.
            var moved = Array.FindAll(numbered, i => seqs[i] == puts[i].Seq);
            var deleted = await deletions.DelMovedAsync(
                [.. moved.Select(i => new SubKey(puts[i].UserId, puts[i].Seq))], cancellationToken);
            foreach (var (place, failure) in deleted.Failed)
            {
                seqs[moved[place]] = 0;
                problems.Add(NodeFailure.Problem([failure], NotMoved));
            }
        }

        return new Restored(seqs, OneOf(problems));
    }

    private static Problem? OneOf(List<Problem> problems)
    {
        if (problems.Count == 0)
        {
            return null;
        }

        var errors = problems.Select(problem => problem.Error).Distinct().ToArray();
        var others = errors.Length > MaxErrors ? $" There are {errors.Length - MaxErrors} further errors." : "";
        return problems[0] with { Error = string.Join(' ', errors.Take(MaxErrors)) + others };
    }
}

/// <summary>The outcome of many puts.</summary>
/// <param name="Seqs">Number of each session, in order; 0 for one that failed.</param>
/// <param name="Problem">Why puts failed. Null if none did.</param>
public sealed record Restored(IReadOnlyList<int> Seqs, Problem? Problem);
