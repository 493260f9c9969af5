using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>Asks the servers for their role, so that no write goes to a master that was demoted.</summary>
internal static class RedisRoles
{
    /// <summary>Requires exactly one master. A cluster looks after its masters itself.</summary>
    /// <exception cref="RedisFailoverException">There is none, or there are two.</exception>
    public static async Task RequireOneMasterAsync(RedisLink link)
    {
        var servers = link.Servers.Where(server => server.ServerType == ServerType.Standalone).ToArray();
        var roles = await Task.WhenAll(servers.Select(RoleAsync));
        if (servers.Zip(roles).Any(each => each.Second is { } role && link.MistakesRole(each.First, role is Role.Master)))
        {
            await link.FindMasterAsync();
        }

        var masters = roles.Count(static role => role is Role.Master);
        if (masters > 1 || (masters == 0 && roles.Length > 0 && Array.TrueForAll(roles, static role => role is not null)))
        {
            throw new RedisFailoverException($"Redis has {masters} masters: expected 1.");
        }
    }

    // Null if the server does not answer, or the node's user may not ask for it.
    private static async Task<Role?> RoleAsync(IServer server)
    {
        try
        {
            return await server.RoleAsync();
        }
        catch (Exception failed) when (failed is RedisException or TimeoutException)
        {
            return null;
        }
    }
}
