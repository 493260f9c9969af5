using System.Collections.Concurrent;
using Goim.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Hosting;

/// <summary>
/// A fault in front of a real node: fails or holds calls before they reach it, or corrupts its answers, and records all calls.
/// </summary>
internal sealed class Fault : Interceptor
{
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int failures;
    private int holds;
    private int losses;

    /// <summary>Methods called, in order, without pings: the app pings each address before its first call.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Number of users in each call that asks for many.</summary>
    public ConcurrentQueue<int> Users { get; } = new();

    /// <summary>Arguments of each <c>Del</c> and <c>DelServer</c>, and each part of an <c>MDel</c>.</summary>
    public ConcurrentQueue<object> Deletions { get; } = new();

    /// <summary>Completes when the client has ended a held call: true if it was cancelled before its deadline.</summary>
    public TaskCompletionSource<bool> Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether a method is answered Unavailable before it reaches the node.</summary>
    public Func<string, bool> Refuses { get; set; } = _ => false;

    /// <summary>Changes each packed answer before it is sent.</summary>
    public Action<PackedMGetReply> Spoil { get; set; } = _ => { };

    /// <summary>Changes each answer of Get before it is sent.</summary>
    public Action<GetReply> SpoilGet { get; set; } = _ => { };

    /// <summary>Changes each answer to a count before it is sent.</summary>
    public Action<PackedCountReply> SpoilCount { get; set; } = _ => { };

    /// <summary>Changes each answer to an MPut or MDel before it is sent.</summary>
    public Action<IMessage> SpoilMany { get; set; } = _ => { };

    private bool AreAllFaulty => Math.Max(failures, holds) > int.MaxValue / 2;

    public static Task<TestNode> StartNodeAsync(Fault fault) => TestNode.StartAsync(builder =>
    {
        builder.Services.AddSingleton(fault);
        builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<Fault>());
    });

    /// <summary>The next calls are answered Unavailable. Pings only if it is all calls.</summary>
    public void FailNext(int count) => failures = count;

    /// <summary>Holds the next calls (all by default) until <see cref="Release"/>. Pings only if it is all calls.</summary>
    public void Hold(int next = int.MaxValue) => holds = next;

    /// <summary>The node carries out the next calls, and their answers are lost.</summary>
    public void LoseNext(int count) => losses = count;

    public void Release()
    {
        holds = 0;
        released.SetResult();
    }

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        if (request is NoArg && context.Method.EndsWith("/Ping", StringComparison.Ordinal) && !AreAllFaulty)
        {
            return await continuation(request, context);
        }

        var method = context.Method.Split('/')[^1];
        Calls.Enqueue(method);

        if (request is PackedMGetArg users)
        {
            Users.Enqueue(users.UserIds.Count);
        }

        if (request is DelArg or DelServerArg)
        {
            Deletions.Enqueue(request);
        }

        foreach (var del in request is MDelArg many ? many.Dels : [])
        {
            Deletions.Enqueue(del);
        }

        if (Interlocked.Decrement(ref holds) >= 0)
        {
            var gone = new TaskCompletionSource();
            await using var registration = context.CancellationToken.Register(() => gone.TrySetResult());
            await Task.WhenAny(gone.Task, released.Task);
            if (gone.Task.IsCompleted)
            {
                Cancelled.TrySetResult(DateTime.UtcNow < context.Deadline);
            }
        }

        if (Interlocked.Decrement(ref failures) >= 0 || Refuses(method))
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The test says so."));
        }

        var reply = await continuation(request, context);
        if (reply is PackedMGetReply packed)
        {
            Spoil(packed);
        }
        else if (reply is GetReply get)
        {
            SpoilGet(get);
        }
        else if (reply is PackedCountReply counts)
        {
            SpoilCount(counts);
        }
        else if (reply is MPutReply or MDelReply)
        {
            SpoilMany((IMessage)reply);
        }

        return Interlocked.Decrement(ref losses) >= 0
            ? throw new RpcException(new Status(StatusCode.Unavailable, "The answer is lost."))
            : reply;
    }
}
