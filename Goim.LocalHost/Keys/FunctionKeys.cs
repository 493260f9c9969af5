using System.Security.Cryptography;
using System.Text;
using Goim.LocalHost.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Keys;

/// <summary>Checks a request's host key (<c>x-functions-key</c> or <c>?code=</c>) if <c>LocalHost__RequireKeys</c> is true.</summary>
/// <param name="options">The keys of the settings.</param>
/// <param name="own">The key of the embedded comet.</param>
internal sealed class FunctionKeys(IOptions<LocalHostOptions> options, OwnKey own)
{
    private const string MasterName = "_master";
    private readonly (bool IsMaster, byte[] Key)[] keys =
    [
        (false, Encoding.UTF8.GetBytes(own.Value)),
        .. options.Value.Keys.Select(key => (key.Key == MasterName, Encoding.UTF8.GetBytes(key.Value))),
    ];

    /// <summary>Whether a request may call a function of <paramref name="level"/>.</summary>
    public bool Allows(HttpRequest request, AuthorizationLevel level)
    {
        if (!options.Value.RequireKeys || level == AuthorizationLevel.Anonymous)
        {
            return true;
        }

        // As the Functions host: the first of several values counts, names ignore case, and the query counts only without the header.
        var isSent = request.Headers.TryGetValue("x-functions-key", out var values) || request.Query.TryGetValue("code", out values);
        var sent = isSent ? values[0] : null;
        if (string.IsNullOrEmpty(sent))
        {
            return false;
        }

        var given = Encoding.UTF8.GetBytes(sent);
        var needsMaster = level is not (AuthorizationLevel.Function or AuthorizationLevel.User);
        var allows = false;
        foreach (var (isMaster, key) in keys)
        {
            allows |= CryptographicOperations.FixedTimeEquals(given, key) && (isMaster || !needsMaster);
        }

        return allows;
    }
}
