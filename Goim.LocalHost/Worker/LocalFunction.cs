using System.Collections.Immutable;
using System.Reflection;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.LocalHost.Worker;

/// <summary>A function with an HTTP trigger or a queue trigger, as its attributes describe it.</summary>
internal sealed class LocalFunction : FunctionDefinition
{
    private LocalFunction(MethodInfo method, string name, ParameterInfo trigger)
    {
        Method = method;
        Name = name;
        TriggerParameter = trigger;
        Http = trigger.GetCustomAttribute<HttpTriggerAttribute>();
        Queue = trigger.GetCustomAttribute<QueueTriggerAttribute>();
    }

    public MethodInfo Method { get; }

    public ParameterInfo TriggerParameter { get; }

    /// <summary>The HTTP trigger. Null for a function with a queue trigger.</summary>
    public HttpTriggerAttribute? Http { get; }

    /// <summary>The queue trigger. Null for a function with an HTTP trigger.</summary>
    public QueueTriggerAttribute? Queue { get; }

    /// <summary>The trigger's route, or the function's name if it has none. host.json sets an empty route prefix.</summary>
    public string Route => Http?.Route ?? Name;

    public override string Name { get; }

    public override string Id => Name;

    public override string EntryPoint => $"{Method.DeclaringType!.FullName}.{Method.Name}";

    public override string PathToAssembly => Method.DeclaringType!.Assembly.Location;

    // No function reads its own parameters and bindings.
    public override ImmutableArray<FunctionParameter> Parameters => [];

    public override IImmutableDictionary<string, BindingMetadata> InputBindings => ImmutableDictionary<string, BindingMetadata>.Empty;

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings => ImmutableDictionary<string, BindingMetadata>.Empty;

    /// <summary>The type that the function returns; for a <see cref="Task{TResult}"/>, the type of its result.</summary>
    public Type OutputType => Method.ReturnType.IsGenericType && Method.ReturnType.GetGenericTypeDefinition() == typeof(Task<>)
        ? Method.ReturnType.GetGenericArguments()[0]
        : Method.ReturnType;

    /// <summary>All functions of an assembly, ordered by route.</summary>
    /// <exception cref="NotSupportedException">A function has another trigger.</exception>
    public static IReadOnlyList<LocalFunction> Discover(Assembly assembly) =>
    [
        .. from type in assembly.GetExportedTypes()
           from method in type.GetMethods()
           let function = method.GetCustomAttribute<FunctionAttribute>()
           where function is not null
           let found = Create(method, function.Name)
           orderby found.Route
           select found,
    ];

    private static LocalFunction Create(MethodInfo method, string name)
    {
        foreach (var parameter in method.GetParameters())
        {
            if ((parameter.IsDefined(typeof(HttpTriggerAttribute)) && parameter.ParameterType == typeof(HttpRequestData))
                || (parameter.IsDefined(typeof(QueueTriggerAttribute)) && parameter.ParameterType == typeof(QueueMessage)))
            {
                return new LocalFunction(method, name, parameter);
            }
        }

        throw new NotSupportedException($"Function {name} has no HTTP trigger on an HttpRequestData and no queue trigger on a QueueMessage.");
    }
}
