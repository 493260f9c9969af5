using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Goim.Settings;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;

namespace Goim.Logic.Routing.Nodes;

/// <summary>Opens the gRPC channel to one address of a router node: connections, retries, token, TLS.</summary>
internal static class NodeChannel
{
    /// <summary>Largest answer that is read. One with sessions has 16 MiB at most; this is a count of eight million rooms.</summary>
    private const int MaxReplyBytes = 64 * 1024 * 1024;

    /// <summary>Longest attempt to connect. A node whose host dropped packets is found within 2 s of its return.</summary>
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(1);

    private static readonly ServiceConfig Retries = RetryPolicies();

    /// <summary>Opens a channel, which connects when the first call is made.</summary>
    /// <param name="address">http or https.</param>
    /// <param name="options">Timeouts, token and certificates.</param>
    /// <param name="onRetry">Called for each attempt of a call after the first.</param>
    public static GrpcChannel Open(Uri address, RouterOptions options, Action onRetry)
    {
        var settings = new GrpcChannelOptions
        {
            HttpHandler = new Attempts(options.Token, onRetry) { InnerHandler = Connections(options) },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = MaxReplyBytes,
            ServiceConfig = Retries,

            // A node that comes back on its address is found within 2 s.
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
            MaxReconnectBackoff = TimeSpan.FromMilliseconds(500),
        };
        return GrpcChannel.ForAddress(address, settings);
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
        if (options.CaFile is { } authorities)
        {
            var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            trust.CustomTrustStore.AddRange(PemFile.Read(authorities));
            handler.SslOptions.CertificateChainPolicy = trust;
        }

        if (options.CertificateFile is { } file)
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(file);
            var certificate = PemFile.CertificateWithKey(file, options.KeyFile)!;
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }

        return handler;
    }

    private static ServiceConfig RetryPolicies()
    {
        var everyMethod = new MethodConfig
        {
            Names = { MethodName.Default },

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
        return new ServiceConfig
        {
            RetryThrottling = new RetryThrottlingPolicy { MaxTokens = 20, TokenRatio = 0.1 },
            MethodConfigs = { everyMethod },
        };
    }

    /// <summary>Adds the token to each attempt of a call, and counts those after the first by the header that gRPC gives them.</summary>
    private sealed class Attempts(string? token, Action onRetry) : DelegatingHandler
    {
        private readonly AuthenticationHeaderValue? authorization = token is null ? null : new("Bearer", token);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = authorization;
            if (request.Headers.Contains("grpc-previous-rpc-attempts"))
            {
                onRetry();
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
