using System.Net;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>A node with two tokens, as while they are changed: who may call it.</summary>
public sealed class NodeTokenTests : IAsyncLifetime
{
    private const string Old = "old-token-of-the-test", New = "new+token/of=the~test!";
    private TestNode node = null!;

    public async Task InitializeAsync() => node = await TestNode.StartAsync(
        null, "--environment=Development", $"--RouterNode:Token={Old},{New}", "--Logging:LogLevel:Default=None");

    public async Task DisposeAsync() => await node.DisposeAsync();

    [Theory]
    [InlineData(Old)]
    [InlineData(New)]
    public async Task Either_token_opens_every_service(string token)
    {
        var headers = Bearer(token);
        Assert.Equal(1, (await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 }, headers)).Seq);
        var packed = new PackedRouterRPC.PackedRouterRPCClient(node.Channel);
        Assert.Equal([1], (await packed.MGetAsync(new PackedMGetArg { UserIds = { 42 } }, headers)).Counts);
        Assert.Contains("goim.router.RouterRPC", await ServicesAsync(node, headers));
    }

    [Theory]
    [InlineData]
    [InlineData("")]
    [InlineData(Old)]
    [InlineData("Basic " + Old)]
    [InlineData("Bearer")]
    [InlineData("Bearer " + Old + "x")]
    [InlineData("Bearer old-token-of-the-tes")]
    [InlineData("Bearer OLD-TOKEN-OF-THE-TEST")]
    [InlineData("Bearer " + Old + "," + New)]
    [InlineData("Bearer wrong-token-of-the-test")]
    [InlineData("Bearer " + Old, "Bearer " + Old)]
    public async Task Every_other_header_is_refused(params string[] authorization)
    {
        var headers = new Metadata();
        foreach (var value in authorization)
        {
            headers.Add("authorization", value);
        }

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await node.Client.PingAsync(new NoArg(), headers));

        Assert.Equal(
            (StatusCode.Unauthenticated, "The call has no valid token: expected authorization: Bearer with a token of RouterNode__Token."),
            (refused.StatusCode, refused.Status.Detail));
        Assert.DoesNotContain(refused.Trailers, header => header.Key.StartsWith("goim-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/goim.router.RouterRPC/Get")]
    [InlineData("/goim.router.RouterRPC/Nothing")]
    [InlineData("/goim.router.PackedRouterRPC/MGet")]
    [InlineData("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")]
    [InlineData("/grpc.health.v1.Healthy/Check")]
    [InlineData("/grpc.health.v1.Health/../goim.router.RouterRPC/Get")]
    [InlineData("/grpc.health.v1.Health/%2e%2e/goim.router.RouterRPC/Get")]
    public async Task Every_path_but_health_is_closed_and_answers_before_the_body_has_arrived(string path)
    {
        using var http = new HttpClient { Timeout = Eventually.Limit };
        using var body = new EndlessBody();
        var options = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Address + path, options))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };

        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(
            (HttpStatusCode.OK, "application/grpc", "16"),
            (answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), answer.Headers.GetValues("grpc-status").Single()));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_large_call_is_refused_and_changes_nothing()
    {
        var puts = Enumerable.Range(0, 100_000).Select(user => new PutArg { UserId = user, Server = 3, Seq = 1 });

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await node.Client.MPutAsync(new MPutArg { Puts = { puts } }));

        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        Assert.Equal(0, (await node.Client.CountAsync(new NoArg(), Bearer(Old))).Count);
    }

    [Fact]
    public async Task Health_is_for_anyone() => Assert.Equal(
        HealthCheckResponse.Types.ServingStatus.Serving,
        (await new Health.HealthClient(node.Channel).CheckAsync(new HealthCheckRequest())).Status);

    [Fact]
    public async Task Refused_calls_are_a_line_a_minute_with_their_number()
    {
        var clock = new FakeTimeProvider();
        using var log = new LogLines();
        await using var logging = await TestNode.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(clock);
                log.AddTo(builder);
            },
            $"--RouterNode:Token={Old}");

        await RefusedAsync(logging, 20);
        Assert.Equal(1, log.Count("Calls refused without a token of RouterNode__Token: 1 since"));

        clock.Advance(TimeSpan.FromMinutes(1));
        await RefusedAsync(logging, 20);
        Assert.Equal(1, log.Count("Calls refused without a token of RouterNode__Token: 20 since"));
        Assert.Equal(2, log.Count("the last one from 127.0.0.1."));
        Assert.Equal(2, log.Count("Warning"));
    }

    [Fact]
    public async Task Reflection_is_served_in_Development_only()
    {
        await using var production = await TestNode.StartAsync();

        // Nothing is written: the call may have ended before, and a write to such a call is cancelled.
        using var call = new ServerReflection.ServerReflectionClient(production.Channel).ServerReflectionInfo();
        var missing = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));

        Assert.Equal(StatusCode.Unimplemented, missing.StatusCode);
    }

    private static Metadata Bearer(string token) => new() { { "authorization", $"Bearer {token}" } };

    private static async Task<IEnumerable<string>> ServicesAsync(TestNode node, Metadata headers)
    {
        using var call = new ServerReflection.ServerReflectionClient(node.Channel).ServerReflectionInfo(headers);
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        await call.RequestStream.CompleteAsync();
        var answers = await call.ResponseStream.ReadAllAsync().ToListAsync();
        return Assert.Single(answers).ListServicesResponse.Service.Select(service => service.Name);
    }

    private static async Task RefusedAsync(TestNode node, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            await Assert.ThrowsAsync<RpcException>(async () => await node.Client.PingAsync(new NoArg()));
        }
    }

    /// <summary>The first bytes of a gRPC message, whose rest does not come.</summary>
    private sealed class EndlessBody : HttpContent
    {
        public EndlessBody() => Headers.ContentType = new("application/grpc");

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(new byte[] { 0, 0, 0, 0, 100, 1 }, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
