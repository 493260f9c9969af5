using Goim.LocalHost.Settings;
using Goim.Logic.Access;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Keys;

/// <summary>Adds the embedded comet to the callers, if there are any.</summary>
internal sealed class OwnCaller(OwnKey key) : IPostConfigureOptions<AccessOptions>
{
    public void PostConfigure(string? name, AccessOptions options)
    {
        if (options.Callers.Count > 0)
        {
            options.Callers[LocalHostOptions.CometName] = new CallerOptions { Key = key.Value, Scopes = "comet,admin" };
        }
    }
}
