using System.Security.Cryptography;

namespace Goim.LocalHost.Keys;

/// <summary>The function key of the embedded comet. A new one at each start.</summary>
internal sealed class OwnKey
{
    public string Value { get; } = RandomNumberGenerator.GetHexString(64, lowercase: true);
}
