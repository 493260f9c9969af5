using System;
using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Logic;
using Goim.Logic.Facade;
using Goim.Logic.Gate;
using Goim.Logic.Input;
using Goim.Logic.Sessions;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Facade;

/// <summary>The shape of every facade function: check the method, read the input, take a turn, call the facade, answer.</summary>
internal static class FacadeRequests
{
    /// <summary>A POST with a JSON body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="gate">Limits the calls under way.</param>
    /// <param name="maxBytes">Most bytes of the body.</param>
    /// <param name="call">Takes the body and gives the answer's data.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public static async Task<HttpResponseData> PostAsync(
        this HttpRequestData request,
        FacadeGate gate,
        int maxBytes,
        Func<ReadOnlyMemory<byte>, CancellationToken, Task<Outcome<ReadOnlyMemory<byte>>>> call,
        CancellationToken cancellationToken)
    {
        if (request.WrongMethod("POST") is { } wrong)
        {
            return request.Refuse(wrong);
        }

        using var gated = gate.Begin();
        return (await request.ReadBodyAsync(gated, maxBytes, cancellationToken)).Is(out var body, out var problem)
            ? request.Answer(await call(body, cancellationToken))
            : request.Refuse(problem);
    }

    /// <summary>A GET with a query.</summary>
    /// <param name="request">The request.</param>
    /// <param name="gate">Limits the calls under way.</param>
    /// <param name="call">Takes the query and gives the answer's data.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public static async Task<HttpResponseData> GetAsync(
        this HttpRequestData request,
        FacadeGate gate,
        Func<RawQuery, CancellationToken, Task<Outcome<ReadOnlyMemory<byte>>>> call,
        CancellationToken cancellationToken)
    {
        using var gated = gate.Begin();
        return (request.WrongMethod("GET") ?? gated.Enter()) is { } refused
            ? request.Refuse(refused)
            : request.Answer(await call(request.ReadQuery(), cancellationToken));
    }

    /// <summary>A POST with a JSON body that is answered with sessions.</summary>
    /// <param name="request">The request.</param>
    /// <param name="gate">Limits the calls under way.</param>
    /// <param name="answers">Limits the answers.</param>
    /// <param name="maxBytes">Most bytes of the body.</param>
    /// <param name="call">Takes the body and gives the answer's data.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public static Task<HttpResponseData> PostAsync(
        this HttpRequestData request,
        FacadeGate gate,
        AnswerGate answers,
        int maxBytes,
        Func<ReadOnlyMemory<byte>, CancellationToken, Task<Outcome<ReadOnlyMemory<byte>>>> call,
        CancellationToken cancellationToken) =>
        request.PostAsync(
            gate,
            maxBytes,
            async (body, cancellation) => request.Held(await answers.MakeAsync(() => call(body, cancellation), cancellation)),
            cancellationToken);

    /// <summary>A GET with a query that is answered with sessions.</summary>
    /// <param name="request">The request.</param>
    /// <param name="gate">Limits the calls under way.</param>
    /// <param name="answers">Limits the answers.</param>
    /// <param name="call">Takes the query and gives the answer's data.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public static Task<HttpResponseData> GetAsync(
        this HttpRequestData request,
        FacadeGate gate,
        AnswerGate answers,
        Func<RawQuery, CancellationToken, Task<Outcome<ReadOnlyMemory<byte>>>> call,
        CancellationToken cancellationToken) =>
        request.GetAsync(
            gate,
            async (query, cancellation) => request.Held(await answers.MakeAsync(() => call(query, cancellation), cancellation)),
            cancellationToken);

    /// <summary>A GET of counts, without a query.</summary>
    /// <param name="request">The request.</param>
    /// <param name="gate">Limits the calls under way.</param>
    /// <param name="call">Gives the whole answer.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public static async Task<HttpResponseData> GetCountAsync(
        this HttpRequestData request,
        FacadeGate gate,
        Func<CancellationToken, Task<Outcome<CountAnswer>>> call,
        CancellationToken cancellationToken)
    {
        using var gated = gate.Begin();
        return (request.WrongMethod("GET") ?? gated.Enter()) is { } refused ? request.Refuse(refused)
            : (await call(cancellationToken)).Is(out var count, out var problem) ? request.OkWithBody(count.Body)
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
