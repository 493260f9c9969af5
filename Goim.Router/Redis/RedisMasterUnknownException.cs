namespace Goim.Router.Redis;

/// <summary>No Sentinel answers, or none knows a master of that name.</summary>
internal sealed class RedisMasterUnknownException(string service)
    : Exception($"No Sentinel names a master '{service}' (serviceName in RouterNode__Redis).");
