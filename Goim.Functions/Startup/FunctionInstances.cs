using System;
using System.Collections.Concurrent;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Startup;

/// <summary>
/// One instance of each function class, for all invocations: they have no state, and what they use are singletons. The worker's own
/// activator makes one for each invocation, by reflection.
/// </summary>
internal sealed class FunctionInstances(IServiceProvider services) : IFunctionActivator
{
    private readonly ConcurrentDictionary<Type, object> instances = new();

    public object CreateInstance(Type instanceType, FunctionContext context) => instances.GetOrAdd(
        instanceType, static (type, services) => ActivatorUtilities.CreateInstance(services, type), services);
}
