using System.Collections.Concurrent;
using Goim.Functions.Tests.Hosting;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Routing;

/// <summary>A fault in front of a real node: fails or holds calls before they reach it, and remembers them all.</summary>
internal sealed class Fault : Interceptor
{
    private int failures;
    private bool hold;

    /// <summary>Methods called, in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Done when a held call was cancelled by its client.</summary>
    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static Task<TestNode> StartNodeAsync(Fault fault) => TestNode.StartAsync(builder =>
    {
        builder.Services.AddSingleton(fault);
        builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<Fault>());
    });

    /// <summary>The next calls are answered Unavailable.</summary>
    public void FailNext(int count) => failures = count;

    /// <summary>From now on no call is answered.</summary>
    public void Hold() => hold = true;

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Calls.Enqueue(context.Method.Split('/')[^1]);
        if (hold)
        {
            var gone = new TaskCompletionSource();
            await using var registration = context.CancellationToken.Register(() => gone.TrySetResult());
            await gone.Task;
            Cancelled.TrySetResult();
        }

        return Interlocked.Decrement(ref failures) >= 0
            ? throw new RpcException(new Status(StatusCode.Unavailable, "The test says so."))
            : await continuation(request, context);
    }
}
