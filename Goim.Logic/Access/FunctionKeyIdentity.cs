using System.Security.Claims;

namespace Goim.Logic.Access;

/// <summary>The identity that the Functions host gives to a request with a valid function key.</summary>
/// <remarks>azure-functions-host, AuthenticationLevelHandler: on routes of the level Anonymous too.</remarks>
public static class FunctionKeyIdentity
{
    private const string Type = "WebJobsAuthLevel";
    private const string Level = "http://schemas.microsoft.com/2017/07/functions/claims/authlevel";
    private const string KeyName = "http://schemas.microsoft.com/2017/07/functions/claims/keyid";

    /// <summary>The identity of a key.</summary>
    /// <param name="name">Name of the key.</param>
    /// <param name="isMaster">Whether it is valid for the level Admin.</param>
    public static ClaimsIdentity Of(string name, bool isMaster) =>
        new([new Claim(Level, isMaster ? "Admin" : "Function"), new Claim(KeyName, name)], Type);

    /// <summary>Name of the key of a request. Null if the host has accepted none. Identities of other kinds do not count.</summary>
    public static string? NameIn(IEnumerable<ClaimsIdentity> identities)
    {
        var key = identities.FirstOrDefault(identity =>
            identity.AuthenticationType == Type && identity.FindFirst(Level) is { Value: "Function" or "Admin" });
        return key is null ? null : key.FindFirst(KeyName)?.Value ?? "without a name";
    }
}
