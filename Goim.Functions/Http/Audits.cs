using Goim.Logic;
using Goim.Logic.Access;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Http;

/// <summary>Writes lines of the trail for requests.</summary>
internal static class Audits
{
    /// <summary>Writes a line: the request did this.</summary>
    public static void Audit(this HttpRequestData request, AuditEvent audited) =>
        request.Audit(request.FunctionContext.InstanceServices.GetRequiredService<AuditTrail>(), audited);

    /// <summary>Writes a line, for a function that is called often: it has the trail.</summary>
    public static void Audit(this HttpRequestData request, AuditTrail trail, AuditEvent audited)
    {
        var caller = audited.Kind == AuditKind.RefusedKey ? AuditTrail.Unknown : request.CallerName();
        if (trail.Takes(audited, caller))
        {
            trail.Write(audited, caller, request.Url, request.FunctionContext.TraceContext.TraceParent);
        }
    }

    /// <summary>Writes a line if a problem is a refusal of its caller.</summary>
    public static void AuditRefusal(this HttpRequestData request, Problem problem)
    {
        if (AuditEvent.OfRefusal(problem) is { } refusal)
        {
            request.Audit(refusal);
        }
    }
}
