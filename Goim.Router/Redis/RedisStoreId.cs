using System.Security.Cryptography;
using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>The id of the data in Redis. The first node writes it, so that it changes when the data is lost.</summary>
internal sealed class RedisStoreId
{
    private static readonly RedisKey Key = "goim:store";

    private volatile string current = "";

    /// <summary>The id when it was last read: 16 hex digits; empty before that.</summary>
    public string Current => current;

    /// <summary>Reads the id, and writes one if there is none.</summary>
    public async Task<string> ReadAsync(IDatabase database)
    {
        while (true)
        {
            if ((string?)await database.StringGetAsync(Key) is { } id)
            {
                return current = id;
            }

            await database.StringSetAsync(Key, RandomNumberGenerator.GetHexString(16, lowercase: true), when: When.NotExists);
        }
    }

    /// <summary>
    /// The replication id of each master that is connected, which changes when a replica takes over. Empty for a Redis that does not tell
    /// it.
    /// </summary>
    public static async Task<string> ReplicationIdsAsync(ConnectionMultiplexer connection)
    {
        var masters = connection.GetServers().Where(server => server.IsConnected && !server.IsReplica);
        var ids = await Task.WhenAll(masters.Select(IdOfAsync));
        return string.Join(' ', ids.Order(StringComparer.Ordinal));
    }

    private static async Task<string> IdOfAsync(IServer master)
    {
        try
        {
            return (string?)await master.ExecuteAsync("INFO", "replication") is { } info ? IdOf(info) : "";
        }
        catch (RedisServerException)
        {
            // The node's user may not call INFO.
            return "";
        }
    }

    private static string IdOf(string info)
    {
        const string Name = "master_replid:";
        var line = info.Split('\n').FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        return line is null ? "" : line[Name.Length..].Trim();
    }
}
