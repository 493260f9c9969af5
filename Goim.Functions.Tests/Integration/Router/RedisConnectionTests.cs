using System.Text;
using Azure.Core;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>How a node connects to its Redis.</summary>
public sealed class RedisConnectionTests
{
    private const string Connection = ": expected host:port,ssl=true,password=…, in StackExchange.Redis' syntax.";

    [RedisFact]
    public async Task Redis_is_spoken_to_over_TLS_of_a_private_authority()
    {
        using var certificates = new TestCertificates();
        await using var redis = await RedisServer.StartTlsAsync(certificates);
        await using var node = await StartAsync(
            $"--RouterNode:Redis={redis.Setting},ssl=true,password=s3cret",
            $"--RouterNode:RedisCaFile={certificates.AuthorityFile}");

        Assert.Equal(1, (await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 })).Seq);

        using var others = new TestCertificates();
        await using var distrusting = await StartAsync(
            $"--RouterNode:Redis={redis.Address},ssl=true,password=s3cret",
            $"--RouterNode:RedisCaFile={others.AuthorityFile}");
        Assert.Equal(StatusCode.Unavailable, await StatusAsync(distrusting));
        await using var wrong = await StartAsync(
            $"--RouterNode:Redis={redis.Address},ssl=true,password=wrong",
            $"--RouterNode:RedisCaFile={certificates.AuthorityFile}");
        Assert.Equal(StatusCode.Unavailable, await StatusAsync(wrong));
    }

    // Entra ID: the user is the identity's object id, the password a token, which is renewed before it expires.
    [RedisFact]
    public async Task An_identity_signs_in_with_its_object_id_and_tokens()
    {
        await using var redis = await RedisServer.StartAsync(
            "--user", "default", "off", "--user", "object-1", "on", $">{Tokens.Token(1)}", $">{Tokens.Token(2)}", "~*", "+@all");
        var tokens = new Tokens();
        await using var node = await TestNode.StartAsync(
            builder => builder.Services.AddSingleton<TokenCredential>(tokens),
            "--RouterNode:Store=redis",
            $"--RouterNode:Redis={redis.Setting}",
            "--RouterNode:RedisIdentity=default");

        Assert.Equal(1, (await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 })).Seq);
        await Eventually.UntilAsync(() => tokens.Given >= 2);
        Assert.Equal(2, (await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 })).Seq);
        Assert.Equal("https://redis.azure.com/.default", tokens.Scope);
    }

    [RedisFact]
    public async Task A_users_sequence_number_is_kept_for_the_expiry()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = await StartAsync($"--RouterNode:Redis={redis.Setting}", "--RouterNode:SessionExpiry=00:10:00");
        for (var seq = 1; seq <= 3; seq++)
        {
            Assert.Equal(seq, (await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 })).Seq);
            Task deletion = seq == 1
                ? node.Client.DelServerAsync(new DelServerArg { Server = 3 }).ResponseAsync
                : node.Client.DelAsync(new DelArg { UserId = 42, Seq = seq }).ResponseAsync;
            await deletion;
        }

        await using var direct = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync($"{redis.Setting},allowAdmin=true");
        var left = await Task.WhenAll(direct.GetServers()[0].Keys().Select(key => direct.GetDatabase().KeyTimeToLiveAsync(key)));
        Assert.InRange(Assert.Single(left.OfType<TimeSpan>()), TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(10));
    }

    [RedisFact]
    public async Task A_users_sequence_number_is_forgotten_after_the_expiry()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = await StartAsync($"--RouterNode:Redis={redis.Setting}", "--RouterNode:SessionExpiry=00:00:01");
        Assert.Equal(1, (await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 })).Seq);
        await node.Client.DelAsync(new DelArg { UserId = 42, Seq = 1 });

        await using var direct = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync($"{redis.Setting},allowAdmin=true");

        // The name of the data stays.
        await Eventually.UntilAsync(async () => await direct.GetServers()[0].DatabaseSizeAsync() == 1);
        Assert.Equal(1, (await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 })).Seq);
    }

    // Redis forgets a request id after 60 s. Here the test deletes it.
    [RedisFact]
    public async Task A_session_is_found_by_its_request_id_as_long_as_it_lives()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = await StartAsync($"--RouterNode:Redis={redis.Setting}");
        var id = Google.Protobuf.ByteString.CopyFrom([.. Enumerable.Range(200, 16).Select(i => (byte)i)]);
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 });
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3, RequestId = id });
        await using var direct = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync($"{redis.Setting},allowAdmin=true");
        var expiring = direct.GetServers()[0].Keys().Where(key => direct.GetDatabase().KeyTimeToLive(key) is not null).ToArray();
        Assert.InRange(direct.GetDatabase().KeyTimeToLive(Assert.Single(expiring))!.Value.TotalSeconds, 1, 60);
        await direct.GetDatabase().KeyDeleteAsync(expiring);

        Assert.True((await node.Client.DelAsync(new DelArg { UserId = 42, RequestId = id })).Has);
        Assert.Equal([1], (await node.Client.GetAsync(new GetArg { UserId = 42 })).Seqs);
    }

    [RedisFact]
    public async Task A_node_with_another_number_of_buckets_is_refused()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = await StartAsync($"--RouterNode:Redis={redis.Setting}");
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 });
        await using var other = await StartAsync($"--RouterNode:Redis={redis.Setting}", "--RouterNode:Buckets=32");

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await other.Client.GetAsync(new GetArg { UserId = 42 }));

        Assert.Equal(
            (StatusCode.FailedPrecondition, "RouterNode__Buckets is 32: expected 16, as the sessions in Redis are spread."),
            (refused.StatusCode, refused.Status.Detail));
    }

    [Theory]
    [InlineData("RouterNode:Redis=", "RouterNode__Redis is missing" + Connection)]
    [InlineData("RouterNode:Redis=redis://:s3cret@h:6379", "RouterNode__Redis is a URL (redis://…)" + Connection)]
    [InlineData("RouterNode:Redis=rediss://u:s3=cret@h:6380/0", "RouterNode__Redis is a URL (rediss://…)" + Connection)]
    [InlineData("RouterNode:Redis=h:6379, TCP://s3cret:6379", "RouterNode__Redis is a URL (TCP://…)" + Connection)]
    [InlineData("RouterNode:Redis=h:6379;s3cret:6379", "RouterNode__Redis is no connection" + Connection)]
    [InlineData("RouterNode:Redis=h 6379", "RouterNode__Redis is no connection" + Connection)]
    [InlineData("RouterNode:Redis=h:66379", "RouterNode__Redis is no connection" + Connection)]
    [InlineData("RouterNode:Redis=h:6379,pasword=s3cret", "RouterNode__Redis is no connection" + Connection)]
    [InlineData("RouterNode:Redis=password=s3cret", "RouterNode__Redis is no connection" + Connection)]
    [InlineData("RouterNode:RedisReplicas=11", "RouterNode__RedisReplicas is 11: expected 0 to 10.")]
    [InlineData(
        "RouterNode:ServerLease=00:00:00.5",
        "RouterNode__ServerLease is 00:00:00.5000000: expected 00:00:01 to 1.00:00:00, or 00:00:00 for none.")]
    [InlineData(
        "RouterNode:RedisCaFile=/nowhere",
        "RouterNode__RedisCaFile is '/nowhere', which does not exist: expected a PEM file of certificates.")]
    public async Task A_bad_setting_is_named(string setting, string expected)
    {
        var store = setting.StartsWith("RouterNode:Redis=", StringComparison.Ordinal) ? "redis" : "memory";
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(
            () => TestNode.StartAsync(null, $"--RouterNode:Store={store}", $"--{setting}"));

        Assert.Equal(expected, refused.Message);
    }

    // The node starts, and tries to connect.
    [Theory]
    [InlineData("redis_1:1")]
    [InlineData("127.0.0.1,[::1]:1,h")]
    [InlineData("h:1,password=redis://x;y z,ssl=true,abortConnect=false")]
    public async Task Every_form_of_an_address_is_taken(string connection)
    {
        await using var node = await StartAsync($"--RouterNode:Redis={connection}");

        Assert.NotEmpty(node.Address);
    }

    private static Task<TestNode> StartAsync(params string[] settings) =>
        TestNode.StartAsync(null, ["--RouterNode:Store=redis", .. settings]);

    private static async Task<StatusCode> StatusAsync(TestNode node) =>
        (await Assert.ThrowsAsync<RpcException>(async () => await node.Client.GetAsync(new GetArg { UserId = 42 }))).StatusCode;

    /// <summary>Tokens as Entra ID issues them (JWTs): the first is valid for 5 s, those after it for an hour.</summary>
    private sealed class Tokens : TokenCredential
    {
        public int Given { get; private set; }

        public string Scope { get; private set; } = "";

        public static string Token(int number) =>
            $"e30.{Convert.ToBase64String(Encoding.ASCII.GetBytes($$"""{"oid":"object-1","n":{{number}}}""")).TrimEnd('=')}.s";

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scope = requestContext.Scopes.Single();
            Given++;
            var lifetime = Given == 1 ? TimeSpan.FromSeconds(5) : TimeSpan.FromHours(1);
            return ValueTask.FromResult(new AccessToken(Token(Math.Min(Given, 2)), DateTimeOffset.UtcNow + lifetime));
        }
    }
}
