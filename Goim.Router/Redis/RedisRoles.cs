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
        if (roles.Length == 0 || Array.Exists(roles, static role => role is null))
        {
            return;
        }

        for (var i = 0; i < servers.Length; i++)
        {
            if (servers[i].IsReplica == (roles[i] is Role.Master))
            {
                await link.FindMasterAsync();
                break;
            }
        }

        var masters = roles.Count(static role => role is Role.Master);
        if (masters != 1)
        {
            throw new RedisFailoverException($"Redis has {masters} masters: expected 1.");
        }
    }

    // Null if the node's user may not ask for it.
    private static async Task<Role?> RoleAsync(IServer server)
    {
        try
        {
            return await server.RoleAsync();
        }
        catch (RedisServerException)
        {
            return null;
        }
    }
}
