using System.Security.Cryptography;

namespace Goim.LocalHost.Keys;

/// <summary>The key of the embedded comet, both as a function key and as a caller. A new one at each start.</summary>
internal sealed class OwnKey
{
    public string Value { get; } = RandomNumberGenerator.GetHexString(64, lowercase: true);
}
