using System.Security.Cryptography;
using System.Text;
using Goim.LocalHost.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Keys;

/// <summary>Asks for host keys, where <c>LocalHost__RequireKeys</c> says so: from <c>x-functions-key</c> or <c>?code=</c>.</summary>
internal sealed class FunctionKeys(IOptions<LocalHostOptions> options)
{
    private const string Master = "_master";
    private readonly (bool IsMaster, byte[] Key)[] keys =
        [.. options.Value.Keys.Select(key => (key.Key == Master, Encoding.UTF8.GetBytes(key.Value)))];

    /// <summary>Whether a request may call a function of <paramref name="level"/>.</summary>
    public bool Opens(HttpRequest request, AuthorizationLevel level)
    {
        if (!options.Value.RequireKeys || level == AuthorizationLevel.Anonymous)
        {
            return true;
        }

        // As the Functions host: the first of several values counts, names have no case, and the query is read only if there is no header.
        var found = request.Headers.TryGetValue("x-functions-key", out var values) || request.Query.TryGetValue("code", out values);
        var sent = found ? values[0] : null;
        if (string.IsNullOrEmpty(sent))
        {
            return false;
        }

        var given = Encoding.UTF8.GetBytes(sent);
        var opens = false;
        foreach (var (isMaster, key) in keys)
        {
            opens |= CryptographicOperations.FixedTimeEquals(given, key) && (isMaster || level is AuthorizationLevel.Function or AuthorizationLevel.User);
        }

        return opens;
    }
}
