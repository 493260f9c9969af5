using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;

namespace Goim.LocalHost.Worker;

/// <summary>The context of one HTTP-triggered invocation. A member is created when a function first reads it.</summary>
internal sealed class LocalContext(HttpContext http, FunctionDefinition function) : FunctionContext, IInvocationFeatures
{
    private string? invocationId;
    private TraceContext? trace;
    private BindingContext? binding;
    private IDictionary<object, object>? items;
    private IServiceProvider? services;
    private Dictionary<Type, object>? features;

    public override string InvocationId => invocationId ??= Guid.NewGuid().ToString();

    public override string FunctionId => function.Id;

    public override TraceContext TraceContext => trace ??= new LocalTrace(http);

    public override BindingContext BindingContext => binding ??= new LocalBinding(http);

    public override RetryContext RetryContext { get; } = NoRetries.Instance;

    // Reading RequestServices makes a scope.
    public override IServiceProvider InstanceServices
    {
        get => services ??= http.RequestServices;
        set => services = value;
    }

    public override FunctionDefinition FunctionDefinition => function;

    public override IDictionary<object, object> Items
    {
        get => items ??= new Dictionary<object, object>();
        set => items = value;
    }

    public override IInvocationFeatures Features => this;

    public override CancellationToken CancellationToken => http.RequestAborted;

    void IInvocationFeatures.Set<T>(T instance) => (features ??= [])[typeof(T)] = instance!;

    T? IInvocationFeatures.Get<T>()
        where T : default => features?.TryGetValue(typeof(T), out var found) is true ? (T)found! : default;

    IEnumerator<KeyValuePair<Type, object>> IEnumerable<KeyValuePair<Type, object>>.GetEnumerator() => (features ?? []).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => (features ?? []).GetEnumerator();

    // As the Functions host: the caller's trace, or that of a span of this process.
    private sealed class LocalTrace(HttpContext http) : TraceContext
    {
        public override string TraceParent { get; } = Activity.Current?.Id ?? http.Request.Headers.TraceParent.ToString();

        public override string TraceState { get; } = Activity.Current?.TraceStateString ?? http.Request.Headers.TraceState.ToString();
    }

    private sealed class LocalBinding(HttpContext http) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData { get; } = http.Request.RouteValues.ToImmutableDictionary();
    }

    private sealed class NoRetries : RetryContext
    {
        public static readonly NoRetries Instance = new();

        public override int RetryCount => 0;

        public override int MaxRetryCount => 0;
    }
}
