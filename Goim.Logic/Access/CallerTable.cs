using System.Security.Cryptography;
using System.Text;

namespace Goim.Logic.Access;

/// <summary>The callers of the settings, by their keys.</summary>
internal sealed class CallerTable
{
    private readonly List<(byte[] Hash, Caller Caller)> keys = [];

    /// <param name="options">Settings that <see cref="AccessOptionsValidator"/> accepts.</param>
    public CallerTable(AccessOptions options)
    {
        Count = options.Callers.Count;
        foreach (var (name, settings) in options.Callers)
        {
            var rooms = settings.Rooms is { } text && RoomSet.TryParse(text, out var parsed) ? parsed : null;
            var caller = new Caller(name, ScopeNames.ParseAll(settings.Scopes), rooms);
            keys.AddRange(settings.Keys.Select(key => (Hash(key), caller)));
        }
    }

    /// <summary>Number of callers.</summary>
    public int Count { get; }

    /// <summary>The caller that has a key. Null if none has.</summary>
    // Every key is compared, each in constant time: how long it takes tells nothing about a key.
    public Caller? OfKey(string key)
    {
        var given = Hash(key);
        Caller? found = null;
        foreach (var (hash, caller) in keys)
        {
            found = CryptographicOperations.FixedTimeEquals(hash, given) ? caller : found;
        }

        return found;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
