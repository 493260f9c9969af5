using System.Globalization;
using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>The number of keys without an expiry time, which Redis knows without looking at them.</summary>
internal static class KeysThatStay
{
    /// <summary>Those of all masters, in the database that the node uses. Null for a Redis that does not tell.</summary>
    public static async Task<long?> CountAsync(RedisLink link)
    {
        var database = link.Reads.Database;
        try
        {
            var infos = await Task.WhenAll(link.Masters.Select(static master => master.ExecuteAsync("INFO", "keyspace")));
            return infos.Sum(info => CountIn((string?)info ?? "", database));
        }
        catch (RedisServerException)
        {
            // The node's user may not call INFO.
            return null;
        }
    }

    // db0:keys=12,expires=3,avg_ttl=0,subexpiry=0. There is no line for an empty database.
    private static long CountIn(string info, int database)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"db{database}:");
        var line = info.Split('\n', StringSplitOptions.TrimEntries)
            .FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : Field(line[name.Length..], "keys=") - Field(line[name.Length..], "expires=");
    }

    private static long Field(string line, string name) =>
        long.TryParse(
            line.Split(',').FirstOrDefault(field => field.StartsWith(name, StringComparison.Ordinal))?[name.Length..],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var count)
            ? count
            : 0;
}
