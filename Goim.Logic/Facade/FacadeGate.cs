using Goim.Logic.Gate;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Facade;

/// <summary>The gate of every call that is no push and reaches the router nodes.</summary>
public sealed class FacadeGate(IOptions<FacadeOptions> options)
{
    /// <summary>Most bytes of bodies. A request has at most <see cref="RouterFacade.MaxBatchBytes"/>.</summary>
    private const long MaxBytes = 64 * 1024 * 1024;

    private readonly CallGate gate = new(
        "facade calls", options.Value.MaxConcurrent, "Facade__MaxConcurrent", MaxBytes, "nothing was done");

    /// <summary>Begins a call. Dispose it when it is answered.</summary>
    public GatedCall Begin() => gate.Begin();
}
