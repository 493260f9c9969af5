using System.Security.Cryptography;
using Goim.Comet.Settings;
using Microsoft.Extensions.Options;

namespace Goim.Comet.Registration;

/// <summary>Who this comet server is, and whether it takes clients. Every member may be used by any thread.</summary>
internal sealed class RegistrationState : IDisposable
{
    private readonly CancellationTokenSource ended = new();
    private volatile bool isReady;
    private volatile bool hasFacade;
    private volatile bool isStopping;

    public RegistrationState(IOptions<CometOptions> options)
    {
        HasFixedId = options.Value.ServerId is not null;
        ServerId = options.Value.ServerId ?? RandomNumberGenerator.GetInt32(1, int.MaxValue);
        Ended = ended.Token;
    }

    /// <summary>The comet server id: that of the settings, or a random one above 0.</summary>
    public int ServerId { get; }

    /// <summary>Whether the id is from the settings. A random id is this process's alone.</summary>
    public bool HasFixedId { get; }

    /// <summary>Whether the first heartbeat was answered.</summary>
    public bool IsReady
    {
        get => isReady;
        set => isReady = value;
    }

    /// <summary>Whether the facade has answered the last heartbeat with the epoch of at least one router node.</summary>
    public bool HasFacade
    {
        get => hasFacade;
        set => hasFacade = value;
    }

    /// <summary>Whether the comet stops.</summary>
    public bool IsStopping => isStopping;

    /// <summary>The connections are closed and their disconnects are sent: what is still under way is given up.</summary>
    public CancellationToken Ended { get; }

    public void BeginStop() => isStopping = true;

    public void End() => ended.Cancel();

    public void Dispose() => ended.Dispose();
}
