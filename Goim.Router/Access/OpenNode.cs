using System.Net;

namespace Goim.Router.Access;

/// <summary>A node that other machines can call without a token.</summary>
internal static class OpenNode
{
    /// <summary>Logs a warning if a node that has started is one.</summary>
    public static void Warn(WebApplication node)
    {
        if (!node.Services.GetRequiredService<NodeTokens>().AreSet && node.Urls.Any(IsBeyondLoopback))
        {
            node.Logger.ListensWithoutToken(string.Join(", ", node.Urls.Where(IsBeyondLoopback)));
        }
    }

    /// <summary>Whether other machines may reach the address.</summary>
    /// <param name="url">As Kestrel reports an address that it has bound.</param>
    internal static bool IsBeyondLoopback(string url)
    {
        var address = BindingAddress.Parse(url);
        return !address.IsUnixPipe
            && !address.IsNamedPipe
            && !string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            && !(IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));
    }
}
