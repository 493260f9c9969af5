using System.Security.Cryptography;
using System.Text;
using Goim.Logic.Input;

namespace Goim.Logic.Idempotency;

/// <summary>The idempotency key of a request. Two callers may use the same text: each has its own keys.</summary>
/// <param name="Caller">Who sent the request: a part of a blob's name.</param>
/// <param name="Text">The header.</param>
public sealed record IdempotencyKey(string Caller, string Text)
{
    /// <summary>The header that carries a key.</summary>
    public const string Header = "Idempotency-Key";

    private const int Longest = 128;

    /// <summary>Name of the key's blob: the caller, and the SHA-256 of the text.</summary>
    internal string BlobName => $"{Caller}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Text)))}";

    /// <summary>
    /// The problem of a header that is not 1 to 128 visible ASCII characters. The host joins two headers with a comma, so a comma is not
    /// allowed.
    /// </summary>
    internal Problem? Problem() =>
        Text.Length is 0 or > Longest || Text.AsSpan().ContainsAnyExceptInRange('!', '~') || Text.Contains(',', StringComparison.Ordinal)
            ? new Problem(
                ProblemKind.BadInput, $"{Header} is {Quoted.Of(Text)}: expected 1 to {Longest} visible ASCII characters and no comma.")
            : null;
}
