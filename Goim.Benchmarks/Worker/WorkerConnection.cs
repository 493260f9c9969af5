using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Goim.Benchmarks.Targets;
using Grpc.Core;

namespace Goim.Benchmarks.Worker;

/// <summary>
/// The Functions host's end of the connection to a worker: reads the worker's functions, has them loaded, and has them invoked.
/// </summary>
/// <param name="folder">Folder of the worker's build.</param>
internal sealed class WorkerConnection(string folder) : FunctionRpc.FunctionRpcBase
{
    private readonly Channel<StreamingMessage> toSend = Channel.CreateUnbounded<StreamingMessage>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<string, TaskCompletionSource<InvocationResponse>> invocations = new();
    private readonly Dictionary<string, string> idsByRoute = [];
    private readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int notLoaded;

    /// <summary>Ends when a worker has connected.</summary>
    public Task Connected => connected.Task;

    /// <summary>Ends when the worker has loaded all functions.</summary>
    /// <exception cref="TargetFailure">It cannot load one, or has disconnected.</exception>
    public Task Loaded => loaded.Task;

    /// <summary>The id of the function with an HTTP trigger at this route, such as <c>1/push</c>. Null without one.</summary>
    public string? FunctionAt(string route) => idsByRoute.GetValueOrDefault(route);

    public Task<InvocationResponse> InvokeAsync(InvocationRequest request)
    {
        var answered = new TaskCompletionSource<InvocationResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        invocations[request.InvocationId] = answered;
        if (!toSend.Writer.TryWrite(new() { InvocationRequest = request }))
        {
            EndInvocations();
        }

        return answered.Task;
    }

    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream,
        IServerStreamWriter<StreamingMessage> responseStream,
        ServerCallContext context)
    {
        connected.TrySetResult();
        var sending = SendAsync(responseStream, context.CancellationToken);
        try
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                Receive(requestStream.Current);
            }
        }
        finally
        {
            toSend.Writer.TryComplete();
            loaded.TrySetException(Disconnected());
            EndInvocations();
            await sending;
        }
    }

    private TargetFailure Disconnected() => new($"The worker of {folder} has disconnected.");

    private void EndInvocations()
    {
        foreach (var (id, _) in invocations)
        {
            if (invocations.TryRemove(id, out var unanswered))
            {
                unanswered.SetException(Disconnected());
            }
        }
    }

    private async Task SendAsync(IServerStreamWriter<StreamingMessage> stream, CancellationToken cancellationToken)
    {
        await foreach (var message in toSend.Reader.ReadAllAsync(cancellationToken))
        {
            await stream.WriteAsync(message, cancellationToken);
        }
    }

    private void Receive(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.StartStream:
                toSend.Writer.TryWrite(new() { WorkerInitRequest = new() { HostVersion = "4.0.0", FunctionAppDirectory = folder } });
                break;

            case StreamingMessage.ContentOneofCase.WorkerInitResponse:
                toSend.Writer.TryWrite(new() { FunctionsMetadataRequest = new() { FunctionAppDirectory = folder } });
                break;

            case StreamingMessage.ContentOneofCase.FunctionMetadataResponse:
                Load([.. message.FunctionMetadataResponse.FunctionMetadataResults]);
                break;

            case StreamingMessage.ContentOneofCase.FunctionLoadResponse when message.FunctionLoadResponse.Result.Status != 1:
                loaded.TrySetException(
                    new TargetFailure(message.FunctionLoadResponse.Result.Exception?.Message ?? "A function is not loaded."));
                break;

            case StreamingMessage.ContentOneofCase.FunctionLoadResponse:
                if (Interlocked.Decrement(ref notLoaded) == 0)
                {
                    loaded.TrySetResult();
                }

                break;

            case StreamingMessage.ContentOneofCase.InvocationResponse:
                if (invocations.TryRemove(message.InvocationResponse.InvocationId, out var answered))
                {
                    answered.SetResult(message.InvocationResponse);
                }

                break;
        }
    }

    private void Load(RpcFunctionMetadata[] functions)
    {
        notLoaded = functions.Length;
        foreach (var function in functions)
        {
            foreach (var binding in function.RawBindings)
            {
                using var json = JsonDocument.Parse(binding);
                if (json.RootElement.TryGetProperty("route"u8, out var route))
                {
                    idsByRoute[route.GetString()!] = function.FunctionId;
                }
            }

            toSend.Writer.TryWrite(new() { FunctionLoadRequest = new() { FunctionId = function.FunctionId, Metadata = function } });
        }
    }
}
