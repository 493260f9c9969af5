using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Logic.Routing;

/// <summary>How a channel to a router node is opened: connections, retries, load balancing, TLS.</summary>
internal static class RouterChannel
{
    /// <summary>Largest answer that is read: 5,000 users with a thousand sessions each.</summary>
    private const int MaxReplyBytes = 64 * 1024 * 1024;

    /// <summary>Where packets are dropped, an attempt to connect ends so soon that the next one finds a node that is back within 2 s.</summary>
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The methods that may be repeated although they may have arrived. MPut is one because it only carries sessions with their
    /// numbers; a Put that lets the node choose the number is not, and a repeated one would leave a session that nobody knows.
    /// </summary>
    private static readonly string[] Repeatable =
        ["Ping", "Get", "MGet", "GetAll", "MPut", "Del", "DelServer", "AllRoomCount", "AllServerCount", "RoomCount", "UserCount", "Count"];

    /// <param name="setting">One address, or several separated by commas.</param>
    /// <param name="options">Timeouts and the authority of the certificates.</param>
    /// <param name="onRetry">Called for each attempt after the first.</param>
    public static GrpcChannel Open(string setting, RouterOptions options, Action onRetry)
    {
        var addresses = RouterOptions.Addresses(setting).Select(address => new Uri(address)).ToArray();
        var channel = new GrpcChannelOptions
        {
            HttpHandler = new RetryCounter(onRetry) { InnerHandler = Connections(options) },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = MaxReplyBytes,
            ServiceConfig = Policy(addresses.Length),

            // A node that comes back on its address is found again within 2 s.
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
            MaxReconnectBackoff = TimeSpan.FromMilliseconds(500),
        };
        if (addresses.Length == 1)
        {
            return GrpcChannel.ForAddress(addresses[0], channel);
        }

        channel.Credentials = addresses[0].Scheme == Uri.UriSchemeHttps ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure;
        channel.ServiceProvider = new ServiceCollection()
            .AddSingleton<ResolverFactory>(new StaticResolverFactory(_ => [.. addresses.Select(address => new BalancerAddress(address.Host, address.Port))]))
            .BuildServiceProvider();
        return GrpcChannel.ForAddress("static:///router", channel);
    }

    private static SocketsHttpHandler Connections(RouterOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = options.CallTimeout < LongestConnect ? options.CallTimeout : LongestConnect,
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = TimeSpan.FromSeconds(5),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
        };
        if (options.CaFile is { } file)
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            trust.CustomTrustStore.AddRange(authorities);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust };
        }

        return handler;
    }

    private static ServiceConfig Policy(int addresses)
    {
        var policy = new ServiceConfig { RetryThrottling = new RetryThrottlingPolicy { MaxTokens = 20, TokenRatio = 0.1 } };
        if (addresses > 1)
        {
            policy.LoadBalancingConfigs.Add(new RoundRobinConfig());
        }

        var method = new MethodConfig
        {
            // gRPC waits a random part of the backoff.
            RetryPolicy = new RetryPolicy
            {
                MaxAttempts = 3,
                InitialBackoff = TimeSpan.FromMilliseconds(50),
                MaxBackoff = TimeSpan.FromMilliseconds(200),
                BackoffMultiplier = 2,
                RetryableStatusCodes = { StatusCode.Unavailable },
            },
        };
        foreach (var name in Repeatable)
        {
            method.Names.Add(new MethodName { Service = "goim.router.RouterRPC", Method = name });
        }

        method.Names.Add(new MethodName { Service = "goim.router.PackedRouterRPC", Method = "MGet" });
        policy.MethodConfigs.Add(method);
        return policy;
    }

    /// <summary>Sees the header that gRPC adds to an attempt after the first.</summary>
    private sealed class RetryCounter(Action onRetry) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Headers.Contains("grpc-previous-rpc-attempts"))
            {
                onRetry();
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
