namespace Goim.Settings;

/// <summary>
/// A reference to a secret, which Azure replaces by the secret before a process reads it. Where it cannot, the setting is the reference
/// itself, which is no secret and must not be taken as one.
/// </summary>
public static class KeyVaultReference
{
    /// <summary>The end of a sentence about a setting that is a reference.</summary>
    public const string Problem = "is a reference to a Key Vault that the platform has not resolved: expected the key itself.";

    /// <summary>Whether a setting is a reference.</summary>
    public static bool Is(string? setting) =>
        setting?.StartsWith("@Microsoft.KeyVault(", StringComparison.OrdinalIgnoreCase) == true;
}
