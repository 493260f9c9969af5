using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>
/// A Lua script. It declares every key that it touches, checks what they hold before it writes the first, and begins with a line
/// <c>#!lua</c>: Redis then refuses it as a whole, before it has written anything
/// (https://redis.io/docs/latest/develop/programmability/lua-api/#script-flags).
/// </summary>
internal sealed class RedisScript
{
    private readonly string text;

    private RedisScript(string name, string flags, string body) => (Name, text) = (name, $"#!lua{flags}\n{body}");

    /// <summary>What its duration is measured as.</summary>
    public string Name { get; }

    /// <summary>A script that Redis refuses when it is full.</summary>
    public static RedisScript Write(string name, string body) => new(name, "", body);

    /// <summary>A script that runs in a full Redis too, because it frees memory or needs next to none.</summary>
    public static RedisScript WriteWhenFull(string name, string body) => new(name, " flags=allow-oom", body);

    /// <summary>A script that only reads.</summary>
    public static RedisScript Read(string name, string body) => new(name, " flags=no-writes", body);

    public async Task<RedisResult> RunAsync(IDatabase database, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            // StackExchange.Redis sends SCRIPT LOAD once, and then EVALSHA.
            return await database.ScriptEvaluateAsync(text, keys, values);
        }
        catch (RedisServerException unknown) when (unknown.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // The server has restarted, or a replica has become the master.
            return await database.ScriptEvaluateAsync(text, keys, values, CommandFlags.NoScriptCache);
        }
    }

    /// <summary>Runs a script without keys on one server.</summary>
    public Task<RedisResult> RunAsync(IServer server) => server.ExecuteAsync("EVAL", text, 0);
}
