using System.Security.Cryptography;
using System.Text;

namespace Goim.Logic.Access;

/// <summary>The callers of the settings, by what tells them apart.</summary>
internal sealed class CallerTable : IDisposable
{
    private readonly List<(byte[] Hash, Caller Caller)> keys = [];
    private readonly List<CallerLimit> limits = [];
    private readonly Dictionary<string, Caller> subjects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Caller> appIds = new(StringComparer.Ordinal);

    /// <param name="options">Settings that <see cref="AccessOptionsValidator"/> accepts.</param>
    public CallerTable(AccessOptions options)
    {
        Count = options.Callers.Count;
        foreach (var (name, settings) in options.Callers)
        {
            var rooms = settings.Rooms is { } text && RoomSet.TryParse(text, out var parsed) ? parsed : null;
            var limit = CallerLimit.Of(name, settings);
            limits.AddRange(limit is null ? [] : [limit]);
            var caller = new Caller(name, ScopeNames.ParseAll(settings.Scopes), rooms) { Limit = limit };
            keys.AddRange(settings.Keys.Select(key => (Hash(key), caller)));
            Add(subjects, settings.Subject, caller);
            Add(appIds, settings.AppId, caller);
        }
    }

    /// <summary>Number of callers.</summary>
    public int Count { get; }

    /// <summary>Whether a caller has a key.</summary>
    public bool HasKeys => keys.Count > 0;

    /// <summary>The caller whose bearer tokens have a subject. Null if there is none.</summary>
    public Caller? OfSubject(string subject) => subjects.GetValueOrDefault(subject);

    /// <summary>The caller whose bearer tokens have an app id. Null if there is none.</summary>
    public Caller? OfAppId(string appId) => appIds.GetValueOrDefault(appId);

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

    public void Dispose() => limits.ForEach(static limit => limit.Dispose());

    private static void Add(Dictionary<string, Caller> callers, string? value, Caller caller)
    {
        if (value is not null)
        {
            callers.Add(value, caller);
        }
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
