using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Logic.Access;
using Goim.Logic.Push;
using Goim.Logic.Push.Batch;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Push;

/// <summary>POST /1/push/batch with up to 10,000 pushes, one in each line. Answers each line when the broker has acknowledged it.</summary>
public sealed class PushBatchFunction(AccessCheck access, PushGates gates, PushBatch batch)
{
    [Function("PushBatch")]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/push/batch")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        if (!(await request.EnterAsync(access, PushAccess.AnyPush, cancellationToken)).Is(out var entry, out var problem))
        {
            return request.Refuse(problem);
        }

        if (request.WrongMethod("POST") is { } wrong)
        {
            return request.Refuse(wrong);
        }

        if (!request.BodyBytes(batch.MaxBodyBytes).Is(out _, out problem)
            || !PushBatch.Read(request.ReadQuery(), request.ReadIdempotencyKey(entry)).Is(out var answer, out problem))
        {
            return request.Refuse(problem);
        }

        using var call = gates.Begin(answer);
        if (!(await batch.PushAsync(entry, request.Body, answer, call, cancellationToken)).Is(out var answers, out problem))
        {
            return request.Refuse(problem);
        }

        foreach (var audited in answers.Audited)
        {
            request.Audit(audited);
        }

        return request.AnswerLines(answers.Lines);
    }
}
