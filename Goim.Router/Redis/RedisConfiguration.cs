using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>How StackExchange.Redis connects.</summary>
internal static class RedisConfiguration
{
    /// <summary>Time between two attempts to connect, or to find out whether Redis answers again.</summary>
    public static readonly TimeSpan RetryPeriod = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The settings <c>RouterNode__Redis*</c> for StackExchange.Redis. With them, commands fail at once while Redis is down, and succeed
    /// again within a second after it is back.
    /// </summary>
    public static ConfigurationOptions Of(RouterNodeOptions options)
    {
        var configuration = ConfigurationOptions.Parse(options.Redis!);
        configuration.AbortOnConnectFail = false;
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.ReconnectRetryPolicy = new LinearRetry((int)RetryPeriod.TotalMilliseconds);
        configuration.HeartbeatInterval = RetryPeriod;
        if (options.RedisCaFile is { } file)
        {
            configuration.TrustIssuer(file);
        }

        configuration.AllowAdmin = true; // StackExchange.Redis counts INFO among the commands of administrators.
        configuration.ClientName ??= "goim-router";
        if (!options.Redis!.Contains("Timeout", StringComparison.OrdinalIgnoreCase))
        {
            configuration.ConnectTimeout = 1_000;
            configuration.AsyncTimeout = 1_000;
        }

        return configuration;
    }
}
