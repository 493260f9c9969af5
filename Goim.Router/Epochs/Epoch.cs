using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Goim.Router.Epochs;

/// <summary>Derives an epoch, so that no state is kept for a server that was never forgotten.</summary>
internal static class Epoch
{
    /// <summary>Maximum number of servers whose forgetting is remembered. Above it, the epochs of all servers change.</summary>
    public const int MaxForgotten = 100_000;

    private const int Bytes = 8;

    /// <summary>16 hex digits that change with any of the values.</summary>
    /// <param name="store">Changes when the store has lost sessions of every server.</param>
    /// <param name="server">Id of the comet server.</param>
    /// <param name="generation">Changes when the server is forgotten.</param>
    public static string Of(string store, int server, string generation)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{store} {server} {generation}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, Bytes));
    }
}
