using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Goim.LocalHost.Worker;

/// <summary>A function with an HTTP trigger, as its attributes describe it.</summary>
internal sealed class LocalFunction : FunctionDefinition
{
    private LocalFunction(MethodInfo method, string name, HttpTriggerAttribute http)
    {
        Method = method;
        Name = name;
        Http = http;
    }

    public MethodInfo Method { get; }

    public HttpTriggerAttribute Http { get; }

    /// <summary>The trigger's route, or the function's name if it has none. host.json sets an empty route prefix.</summary>
    public string Route => Http.Route ?? Name;

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

    /// <summary>All functions of an assembly that HTTP triggers, ordered by route.</summary>
    public static IReadOnlyList<LocalFunction> Discover(Assembly assembly) =>
    [
        .. from type in assembly.GetExportedTypes()
           from method in type.GetMethods()
           let function = method.GetCustomAttribute<FunctionAttribute>()
           where function is not null
           from parameter in method.GetParameters()
           let http = parameter.GetCustomAttribute<HttpTriggerAttribute>()
           where http is not null
           let found = new LocalFunction(method, function.Name, http)
           orderby found.Route
           select found,
    ];
}
