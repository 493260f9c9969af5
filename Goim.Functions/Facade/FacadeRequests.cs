using System;
using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Logic;
using Goim.Logic.Access;
using Goim.Logic.Facade;
using Goim.Logic.Gate;
using Goim.Logic.Input;
using Goim.Logic.Sessions;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Facade;

/// <summary>The shape of every facade function: check caller and method, read the input, take a turn, call the facade, answer.</summary>
internal static class FacadeRequests
{
    /// <summary>A POST with a JSON body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="access">Knows the callers.</param>
    /// <param name="scope">What the caller needs.</param>
    /// <param name="gate">Limits the calls under way.</param>
    /// <param name="maxBytes">Most bytes of the body.</param>
    /// <param name="call">Takes the caller's entry and the body, and gives the answer's data.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public static async Task<HttpResponseData> PostAsync(
        this HttpRequestData request,
        AccessCheck access,
        Scope scope,
        FacadeGate gate,
        int maxBytes,
        Func<Entry, ReadOnlyMemory<byte>, CancellationToken, Task<Outcome<ReadOnlyMemory<byte>>>> call,
        CancellationToken cancellationToken)
    {
        if (!(await request.EnterAsync(access, scope, cancellationToken)).Is(out var entry, out var problem))
        {
            return request.Refuse(problem);
        }

        if (request.WrongMethod("POST") is { } wrong)
        {
            return request.Refuse(wrong);
        }

        using var gated = gate.Begin();
        return (await request.ReadBodyAsync(gated, maxBytes, cancellationToken)).Is(out var body, out problem)
            ? request.Answer(await call(entry, body, cancellationToken))
            : request.Refuse(problem);
    }

    /// <summary>A GET with a query.</summary>
    /// <param name="request">The request.</param>
    /// <param name="access">Knows the callers.</param>
    /// <param name="scope">What the caller needs.</param>
    /// <param name="gate">Limits the calls under way.</param>
    /// <param name="call">Takes the caller's entry and the query, and gives the answer's data.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public static async Task<HttpResponseData> GetAsync(
        this HttpRequestData request,
        AccessCheck access,
        Scope scope,
        FacadeGate gate,
        Func<Entry, RawQuery, CancellationToken, Task<Outcome<ReadOnlyMemory<byte>>>> call,
        CancellationToken cancellationToken)
    {
        if (!(await request.EnterAsync(access, scope, cancellationToken)).Is(out var entry, out var problem))
        {
            return request.Refuse(problem);
        }

        using var gated = gate.Begin();
        return (request.WrongMethod("GET") ?? gated.Enter()) is { } refused
            ? request.Refuse(refused)
            : request.Answer(await call(entry, request.ReadQuery(), cancellationToken));
    }

    /// <summary>A POST with a JSON body that is answered with sessions.</summary>
    /// <param name="request">The request.</param>
    /// <param name="access">Knows the callers.</param>
    /// <param name="scope">What the caller needs.</param>
    /// <param name="gate">Limits the calls under way.</param>
    /// <param name="answers">Limits the answers.</param>
    /// <param name="maxBytes">Most bytes of the body.</param>
    /// <param name="call">Takes the caller's entry and the body, and gives the answer's data.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public static Task<HttpResponseData> PostAsync(
        this HttpRequestData request,
        AccessCheck access,
        Scope scope,
        FacadeGate gate,
        AnswerGate answers,
        int maxBytes,
        Func<Entry, ReadOnlyMemory<byte>, CancellationToken, Task<Outcome<ReadOnlyMemory<byte>>>> call,
        CancellationToken cancellationToken) =>
        request.PostAsync(
            access,
            scope,
            gate,
            maxBytes,
            async (entry, body, cancellation) =>
                request.Held(await answers.MakeAsync(() => call(entry, body, cancellation), cancellation)),
            cancellationToken);

    /// <summary>A GET with a query that is answered with sessions.</summary>
    /// <param name="request">The request.</param>
    /// <param name="access">Knows the callers.</param>
    /// <param name="scope">What the caller needs.</param>
    /// <param name="gate">Limits the calls under way.</param>
    /// <param name="answers">Limits the answers.</param>
    /// <param name="call">Takes the caller's entry and the query, and gives the answer's data.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public static Task<HttpResponseData> GetAsync(
        this HttpRequestData request,
        AccessCheck access,
        Scope scope,
        FacadeGate gate,
        AnswerGate answers,
        Func<Entry, RawQuery, CancellationToken, Task<Outcome<ReadOnlyMemory<byte>>>> call,
        CancellationToken cancellationToken) =>
        request.GetAsync(
            access,
            scope,
            gate,
            async (entry, query, cancellation) =>
                request.Held(await answers.MakeAsync(() => call(entry, query, cancellation), cancellation)),
            cancellationToken);

    /// <summary>A GET of counts, without a query.</summary>
    /// <param name="request">The request.</param>
    /// <param name="access">Knows the callers.</param>
    /// <param name="scope">What the caller needs.</param>
    /// <param name="gate">Limits the calls under way.</param>
    /// <param name="call">Gives the whole answer.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public static async Task<HttpResponseData> GetCountAsync(
        this HttpRequestData request,
        AccessCheck access,
        Scope scope,
        FacadeGate gate,
        Func<CancellationToken, Task<Outcome<CountAnswer>>> call,
        CancellationToken cancellationToken)
    {
        if (!(await request.EnterAsync(access, scope, cancellationToken)).Is(out _, out var problem))
        {
            return request.Refuse(problem);
        }

        using var gated = gate.Begin();
        return (request.WrongMethod("GET") ?? gated.Enter()) is { } refused ? request.Refuse(refused)
            : (await call(cancellationToken)).Is(out var count, out problem) ? request.OkWithBody(count.Body)
            : request.Refuse(problem);
    }

    private static Outcome<ReadOnlyMemory<byte>> Held(this HttpRequestData request, Outcome<ReadOnlyMemory<byte>> answer)
    {
        if (!answer.Is(out var data, out _) || data.Length <= CallGate.FreeBytes)
        {
            return answer;
        }

        var unsent = request.FunctionContext.InstanceServices.GetRequiredService<UnsentAnswer>();
        return unsent.Hold(data.Length) is { } tooMany ? tooMany : answer;
    }
}
