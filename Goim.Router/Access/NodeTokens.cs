using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Goim.Settings;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Goim.Router.Access;

/// <summary>The tokens that the node accepts (<c>RouterNode__Token</c>).</summary>
internal sealed class NodeTokens(IOptions<RouterNodeOptions> options)
{
    private const string Scheme = "Bearer ";

    // Padded with zeros to one length, so that the time of a comparison tells nothing about a token.
    private readonly byte[][] tokens = [.. options.Value.Tokens.Select(Padded)];

    /// <summary>Whether callers need a token.</summary>
    public bool AreSet => tokens.Length > 0;

    /// <summary>Whether the header is <c>Bearer {token}</c> with one of the tokens.</summary>
    /// <param name="authorization">The values of the header <c>authorization</c>.</param>
    public bool Accept(StringValues authorization)
    {
        if (authorization.Count != 1
            || authorization[0] is not { Length: <= TokenForm.MaxLength + 7 } header
            || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        Span<byte> given = stackalloc byte[TokenForm.MaxLength];
        given.Clear();
        if (Ascii.FromUtf16(header.AsSpan(Scheme.Length), given, out _) != OperationStatus.Done)
        {
            return false;
        }

        var isAccepted = false;
        foreach (var token in tokens)
        {
            isAccepted |= CryptographicOperations.FixedTimeEquals(given, token);
        }

        return isAccepted;
    }

    private static byte[] Padded(string token)
    {
        var padded = new byte[TokenForm.MaxLength];
        Encoding.ASCII.GetBytes(token, padded);
        return padded;
    }
}
