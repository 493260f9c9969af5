using System.Security.Cryptography;
using System.Text;
using Goim.LocalHost.Settings;
using Goim.Logic.Access;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Keys;

/// <summary>Checks a request's host key, <c>x-functions-key</c> or <c>?code=</c>.</summary>
/// <param name="options">The keys of the settings.</param>
/// <param name="own">The key of the embedded comet.</param>
internal sealed class FunctionKeys(IOptions<LocalHostOptions> options, OwnKey own)
{
    private const string MasterName = "_master";
    private readonly (string Name, byte[] Key)[] keys =
    [
        (LocalHostOptions.CometName, Encoding.UTF8.GetBytes(own.Value)),
        .. options.Value.Keys.Select(key => (key.Key, Encoding.UTF8.GetBytes(key.Value))),
    ];

    /// <summary>Whether there is a key in the settings.</summary>
    public bool AreConfigured => options.Value.Keys.Count > 0;

    /// <summary>
    /// Whether a request may call a function of <paramref name="level"/>. Each may, unless <c>LocalHost__RequireKeys</c> is true.
    /// </summary>
    public bool Allows(HttpRequest request, AuthorizationLevel level) =>
        !options.Value.RequireKeys
        || level == AuthorizationLevel.Anonymous
        || (NameOf(request) is { } name && (name == MasterName || level is AuthorizationLevel.Function or AuthorizationLevel.User));

    /// <summary>Gives a request with a valid key the identity that the Functions host gives it, whatever a function's level.</summary>
    public void Identify(HttpContext http)
    {
        if (NameOf(http.Request) is { } name)
        {
            http.User.AddIdentity(FunctionKeyIdentity.Of(name, name == MasterName));
        }
    }

    // Name of the request's key. Null if it has none, or a wrong one.
    private string? NameOf(HttpRequest request)
    {
        // As the Functions host: the first of several values counts, names ignore case, and the query counts only without the header.
        var isSent = request.Headers.TryGetValue("x-functions-key", out var values) || request.Query.TryGetValue("code", out values);
        var sent = isSent ? values[0] : null;
        if (string.IsNullOrEmpty(sent))
        {
            return null;
        }

        var given = Encoding.UTF8.GetBytes(sent);
        string? found = null;
        foreach (var (name, key) in keys)
        {
            found = CryptographicOperations.FixedTimeEquals(given, key) && found != MasterName ? name : found;
        }

        return found;
    }
}
