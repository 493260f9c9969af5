using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>The replication ids of Redis' masters, which change when a replica takes over.</summary>
internal static class ReplicationIds
{
    /// <summary>The ids of the masters that are connected. Empty for a Redis that does not tell them.</summary>
    public static async Task<string> ReadAsync(RedisLink link)
    {
        var ids = await Task.WhenAll(link.Masters.Select(IdOfAsync));
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
