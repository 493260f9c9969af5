namespace Goim.Logic.Jwt;

/// <summary>Keys from the settings, by name. A token names its key with <c>kid</c>; for any other token each key is tried.</summary>
internal sealed class ConfiguredKeys(IReadOnlyList<JwtKey> keys) : IJwtKeys
{
    public IReadOnlyList<string> Algorithms { get; } =
        [.. keys.Select(static key => key.Algorithm).Distinct().Order(StringComparer.Ordinal)];

    public string Expected => "a configured key";

    public ValueTask<Outcome<FoundKeys>> FindAsync(string algorithm, string keyId, CancellationToken cancellationToken)
    {
        // A signer may have names of its own for the keys, so a kid that no key has says nothing.
        var fitting = keys.Where(key => key.Algorithm == algorithm).ToArray();
        var named = Array.Find(fitting, key => key.Id == keyId);
        Outcome<FoundKeys> found = new FoundKeys(named is null ? [.. fitting.Select(static key => key.Key)] : [named.Key], null);
        return ValueTask.FromResult(found);
    }
}
