using System.Net;
using Goim.Settings;
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
            configuration.TrustIssuer(PemFile.Read(file)[0]);
        }

        configuration.AllowAdmin = true; // StackExchange.Redis counts INFO among the commands of administrators.
        configuration.ClientName ??= "goim-router";
        if (!options.Redis!.Contains("Timeout", StringComparison.OrdinalIgnoreCase))
        {
            configuration.ConnectTimeout = 1_000;
            configuration.AsyncTimeout = 1_000;
        }

        // The node's own keys are all that it touches, and it subscribes to nothing there: a subscription's connection would not get
        // renewed tokens.
        configuration.TieBreaker = "";
        configuration.ConfigurationChannel = "";
        configuration.CommandMap = CommandMap.Create(["SUBSCRIBE"], available: false);
        return configuration;
    }

    /// <summary>As <see cref="Of"/>, to connect to one Sentinel.</summary>
    public static ConfigurationOptions OfSentinel(RouterNodeOptions options, EndPoint sentinel)
    {
        var configuration = Of(options);
        configuration.CommandMap = CommandMap.Sentinel;
        configuration.Protocol = RedisProtocol.Resp2; // With RESP3, StackExchange.Redis finds no connection for subscriptions.
        SetAddress(configuration, sentinel);
        return configuration;
    }

    /// <summary>Sets the only server to connect to, in place of the Sentinels.</summary>
    public static void SetAddress(ConfigurationOptions configuration, EndPoint address)
    {
        configuration.ServiceName = null;
        configuration.EndPoints.Clear();
        configuration.EndPoints.Add(address);
    }
}
