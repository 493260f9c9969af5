using Grpc.Core;

namespace Goim.Logic.Routing.Nodes;

/// <summary>A call that the app makes to a router node. It may be made again although it may have arrived.</summary>
/// <param name="Method">The gRPC method.</param>
/// <param name="RunAsync">Makes the call.</param>
internal sealed record RouterCall<TArg, TReply>(RouterMethod Method, Func<NodeStubs, TArg, CallOptions, Task<TReply>> RunAsync);

/// <summary>A gRPC method of a router node.</summary>
/// <param name="Service">Full name of the service.</param>
/// <param name="Name">Name of the method.</param>
internal sealed record RouterMethod(string Service, string Name)
{
    /// <summary><c>{service}/{method}</c>, as spans and metrics show it.</summary>
    public string FullName { get; } = $"{Service}/{Name}";
}
