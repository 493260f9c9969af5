using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;

namespace Goim.LocalHost.Worker;

/// <summary>An invocation of a function that an HTTP request triggered.</summary>
internal sealed class LocalContext(HttpContext http, FunctionDefinition function) : FunctionContext
{
    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => function.Id;

    public override TraceContext TraceContext { get; } = new LocalTrace();

    public override BindingContext BindingContext => new LocalBinding(http);

    public override RetryContext RetryContext { get; } = new NoRetries();

    public override IServiceProvider InstanceServices { get; set; } = http.RequestServices;

    public override FunctionDefinition FunctionDefinition => function;

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features => new NoFeatures();

    public override CancellationToken CancellationToken => http.RequestAborted;

    private sealed class LocalTrace : TraceContext
    {
        public override string TraceParent { get; } = Activity.Current?.Id ?? "";

        public override string TraceState { get; } = Activity.Current?.TraceStateString ?? "";
    }

    private sealed class LocalBinding(HttpContext http) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData { get; } = http.Request.RouteValues.ToImmutableDictionary();
    }

    private sealed class NoRetries : RetryContext
    {
        public override int RetryCount => 0;

        public override int MaxRetryCount => 0;
    }

    private sealed class NoFeatures : IInvocationFeatures;
}
