using Microsoft.Extensions.Logging;

namespace Goim.Logic.Routing.Nodes;

/// <summary>
/// Whether the router nodes keep their sessions in one place: each in its own memory, or all in one Redis. If they do not, counts and
/// deletions would be partial, so no call is made.
/// </summary>
/// <param name="callTimeout">Deadline of a call, all attempts included.</param>
/// <param name="logger">Gets a warning while the stores differ.</param>
internal sealed class StoreAgreement(TimeSpan callTimeout, ILogger logger)
{
    private static readonly TimeSpan LongestPing = TimeSpan.FromSeconds(1);

    /// <summary>Maximum age of a confirmed difference. After that the nodes are asked again.</summary>
    private const long MaxAgeMs = 250;

    /// <summary>After that a difference is no Redis that has lost its data: each node tells its new id within a second.</summary>
    private const long LongestChangeMs = 2_000;

    /// <summary>After that a node that does not answer no longer counts.</summary>
    private const long LongestSilenceMs = 10_000;

    private const long WarningIntervalMs = 1_000;

    private readonly Lock gate = new();
    private readonly List<NodeAddress> addresses = [];
    private Task? discovery;
    private Task? confirmation;

    // In ms of Environment.TickCount64.
    private long confirmedAt;
    private long? differsSince;
    private long nextWarning;
    private bool isLasting;
    private volatile bool isSettled;

    /// <summary>Whether a call can be made without <see cref="DifferenceAsync"/>.</summary>
    public bool IsSettled => isSettled;

    private TimeSpan ConfirmTimeout => callTimeout / 2 < LongestPing ? callTimeout / 2 : LongestPing;

    /// <summary>Adds an address, before the first call.</summary>
    public void Add(NodeAddress address) => addresses.Add(address);

    /// <summary>The store of an address has become known, unknown, or another one.</summary>
    public void Changed()
    {
        lock (gate)
        {
            var differs = Difference() is not null;
            if (!differs)
            {
                (confirmation, differsSince, isLasting) = (null, null, false);
            }

            isSettled = discovery is not null && !differs;
        }
    }

    /// <summary>Pings all addresses once, in the background. Completes when each has answered or failed, after half a call's deadline at
    /// the latest.</summary>
    public Task DiscoverAsync()
    {
        lock (gate)
        {
            if (discovery is null)
            {
                discovery = addresses.Count == 1
                    ? Task.CompletedTask
                    : Shared(() => Task.WhenAll(addresses.Select(address => address.AskAsync(callTimeout / 2))));
                isSettled = Difference() is null;
            }

            return discovery;
        }
    }

    /// <summary>
    /// The nodes whose stores are known to differ. Null if the known stores agree. The app knows a store from the last answer of
    /// its node, so a difference is first confirmed by pings.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async ValueTask<StoreDifference?> DifferenceAsync(CancellationToken cancellationToken)
    {
        if (isSettled)
        {
            return null;
        }

        _ = DiscoverAsync();
        Task confirming;
        lock (gate)
        {
            if (Difference() is null)
            {
                return null;
            }

            if (confirmation is null || (confirmation.IsCompleted && Environment.TickCount64 - confirmedAt >= MaxAgeMs))
            {
                confirmation = Shared(ConfirmAsync);
            }

            confirming = confirmation;
        }

        await confirming.WaitAsync(cancellationToken);
        lock (gate)
        {
            return Difference() is { } nodes ? new StoreDifference(nodes, isLasting) : null;
        }
    }

    // Shared work: must not inherit one caller's trace or log scope.
    private static Task Shared(Func<Task> work)
    {
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(work);
        }
    }

    private async Task ConfirmAsync()
    {
        var known = addresses.Where(address => address.Place is not null).ToArray();
        var answers = await Task.WhenAll(known.Select(address => address.AskAsync(ConfirmTimeout)));
        string[]? warning = null;
        lock (gate)
        {
            confirmedAt = Environment.TickCount64;
            if (Difference() is { } nodes && Array.TrueForAll(answers, answered => answered))
            {
                differsSince ??= confirmedAt;
                isLasting = confirmedAt - differsSince >= LongestChangeMs;
                warning = confirmedAt >= nextWarning ? nodes : null;
                nextWarning = warning is null ? nextWarning : confirmedAt + WarningIntervalMs;
            }
        }

        if (warning is not null)
        {
            logger.StoresDiffer(string.Join(", ", warning));
        }

        // Redis may have lost its data since the last answer of a node that is gone, and the other nodes answer for it. A node whose store
        // was another one for long stays another one.
        foreach (var address in known.Where(address => address.SilentMs > (isLasting ? LongestSilenceMs : 0)))
        {
            address.Doubt();
        }
    }

    private string[]? Difference()
    {
        var known = addresses.Where(address => address.Place is not null).ToArray();
        return known.DistinctBy(address => address.Place).Count() > 1
            ? [.. known.Select(address => address.Node).Distinct().Order(StringComparer.Ordinal)]
            : null;
    }
}

/// <summary>Router nodes that keep their sessions in different stores.</summary>
/// <param name="Nodes">Their names.</param>
/// <param name="IsLasting">False while it may be one Redis that has lost its data, which each node notices within a second.</param>
internal sealed record StoreDifference(string[] Nodes, bool IsLasting);
