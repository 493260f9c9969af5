using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.LocalHost.Worker;

/// <summary>A function that HTTP or a storage queue triggers, read off its attributes.</summary>
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

    /// <summary>Its HTTP trigger, or null.</summary>
    public HttpTriggerAttribute? Http { get; }

    /// <summary>Its queue trigger, or null.</summary>
    public QueueTriggerAttribute? Queue { get; }

    /// <summary>Route below the prefix, which is empty; the function's name where the trigger gives none.</summary>
    public string Route => Http?.Route ?? Name;

    public override string Name { get; }

    public override string Id => Name;

    public override string EntryPoint => $"{Method.DeclaringType!.FullName}.{Method.Name}";

    public override string PathToAssembly => Method.DeclaringType!.Assembly.Location;

    // No function asks what the host knows of its parameters and bindings.
    public override ImmutableArray<FunctionParameter> Parameters => [];

    public override IImmutableDictionary<string, BindingMetadata> InputBindings => ImmutableDictionary<string, BindingMetadata>.Empty;

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings => ImmutableDictionary<string, BindingMetadata>.Empty;

    /// <summary>What the function returns, its task aside.</summary>
    public Type OutputType => Method.ReturnType.IsGenericType && Method.ReturnType.GetGenericTypeDefinition() == typeof(Task<>)
        ? Method.ReturnType.GetGenericArguments()[0]
        : Method.ReturnType;

    /// <summary>Every function of an assembly, by route.</summary>
    /// <exception cref="NotSupportedException">A function has another trigger.</exception>
    public static IReadOnlyList<LocalFunction> In(Assembly assembly) =>
    [
        .. from type in assembly.GetExportedTypes()
           from method in type.GetMethods()
           let function = method.GetCustomAttribute<FunctionAttribute>()
           where function is not null
           let found = Of(method, function.Name)
           orderby found.Route
           select found,
    ];

    private static LocalFunction Of(MethodInfo method, string name)
    {
        foreach (var parameter in method.GetParameters())
        {
            if ((parameter.IsDefined(typeof(HttpTriggerAttribute)) && parameter.ParameterType == typeof(HttpRequestData))
                || (parameter.IsDefined(typeof(QueueTriggerAttribute)) && parameter.ParameterType == typeof(string)))
            {
                return new LocalFunction(method, name, parameter);
            }
        }

        throw new NotSupportedException($"Function {name} has no HTTP trigger on an HttpRequestData and no queue trigger on a string.");
    }
}
