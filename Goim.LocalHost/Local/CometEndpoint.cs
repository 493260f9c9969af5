using System.Text.Json;

namespace Goim.LocalHost.Local;

/// <summary>
/// GET /local/comet: the embedded comet's <c>/monitor/ping</c> and <c>/monitor/stat</c>. They have no port of their own in LocalHost.
/// </summary>
internal static class CometEndpoint
{
    /// <summary>
    /// <c>{"embedded":false}</c> without one. Otherwise <c>{"embedded":true,"problem":null,"stat":{…}}</c>, where <c>problem</c> is what
    /// the comet's <c>/monitor/ping</c> says if it is not <c>ok</c>. Until it has started, <c>problem</c> is <c>starting</c>, and
    /// <c>stat</c> is null.
    /// </summary>
    public static async Task<IResult> GetAsync(IServiceProvider services) => services.GetService<EmbeddedComet>() switch
    {
        null => Results.Json(new { Embedded = false }),
        { Health: { } health, Stat: { } stat } => Results.Json(
            new { Embedded = true, Problem = await health.ProblemAsync(), Stat = JsonElement.Parse(stat.Write().Span) }),
        _ => Results.Json(new { Embedded = true, Problem = "starting", Stat = (JsonElement?)null }),
    };
}
