namespace Goim.Router.Redis;

/// <summary>Redis has no master that may be written to: a failover is under way, or there are two masters.</summary>
internal sealed class RedisFailoverException(string message) : Exception(message);
