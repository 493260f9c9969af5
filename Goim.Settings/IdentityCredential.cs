using Azure.Core;
using Azure.Identity;

namespace Goim.Settings;

/// <summary>The credential of the Microsoft Entra identity that a setting names.</summary>
public static class IdentityCredential
{
    /// <summary>Makes the credential. It asks for nothing yet.</summary>
    /// <param name="clientId">Client id of a user-assigned managed identity. Null for the environment's own identity.</param>
    public static TokenCredential Of(string? clientId) => clientId is null
        ? new DefaultAzureCredential()
        : new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId));
}
