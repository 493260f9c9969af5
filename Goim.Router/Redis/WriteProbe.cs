using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>
/// Finds out whether Redis takes puts: it refuses a script that may write for the reasons that it would refuse a put, before it runs it.
/// </summary>
internal static class WriteProbe
{
    private static readonly RedisScript Nothing = RedisScript.Write("probe", "return 0");

    /// <summary>Why a master takes no puts: <c>full</c> or <c>replicas</c>. Null if all take them.</summary>
    public static async Task<string?> RefusalAsync(RedisLink link)
    {
        foreach (var master in link.WritableMasters)
        {
            try
            {
                await Nothing.RunAsync(master);
            }
            catch (RedisServerException failed) when (RedisFaults.PutsRefusedBy(failed) is { } reason)
            {
                return reason;
            }
        }

        return null;
    }
}
