using System.Text;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Google.Protobuf;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>Calls that are not well-formed: refused, with a line at Debug and none above.</summary>
public sealed class MalformedCallTests : IAsyncLifetime, IDisposable
{
    private const string Put = "goim.router.RouterRPC/Put", Ping = "goim.router.RouterRPC/Ping";
    private const string Malformed = "The request is not a well-formed message of this method.";
    private const int InvalidArgument = 3, Unimplemented = 12;

    private readonly LogLines log = new();
    private TestNode node = null!;
    private RawGrpc raw = null!;

    public async Task InitializeAsync()
    {
        node = await TestNode.StartAsync(log.AddTo, "--Logging:LogLevel:Goim=Debug");
        raw = new RawGrpc(node.Address);
    }

    public async Task DisposeAsync()
    {
        Assert.Equal(0, (await node.Client.CountAsync(new NoArg())).Count);
        await node.DisposeAsync();
    }

    public void Dispose()
    {
        raw.Dispose();
        log.Dispose();
    }

    [Theory]
    [InlineData("08", "a field without its value")]
    [InlineData("FF", "a tag without an end")]
    [InlineData("00", "the tag 0")]
    [InlineData("0F", "a wire type that there is not")]
    [InlineData("0C", "the end of a group that has not begun")]
    [InlineData("2A7F01", "bytes that end before their length")]
    [InlineData("08FFFFFFFFFFFFFFFFFFFF01", "a number of eleven bytes")]
    public async Task A_message_that_cannot_be_parsed_is_refused(string message, string why)
    {
        string[] methods = [Put, "goim.router.RouterRPC/GetAll", "goim.router.PackedRouterRPC/MGet", "grpc.health.v1.Health/Check"];
        foreach (var method in methods)
        {
            Assert.Equal((InvalidArgument, Malformed), await raw.SendAsync(method, RawGrpc.Frame(Convert.FromHexString(message))));
        }

        AssertLogged(4, why);
    }

    [Theory]
    [InlineData("", "no message")]
    [InlineData("0000", "a part of a frame")]
    [InlineData("000000000508", "a part of a message")]
    [InlineData("00000000000000000000", "two messages")]
    [InlineData("0700000000", "a flag that there is not")]
    [InlineData("0100000000", "compressed, and not said how")]
    public async Task A_frame_that_is_not_one_message_is_refused(string body, string why)
    {
        Assert.Equal((InvalidArgument, Malformed), await raw.SendAsync(Put, Convert.FromHexString(body)));

        AssertLogged(1, why);
    }

    // 4 MB of gzip could become 4 GB.
    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("nothing")]
    public async Task A_compressed_message_is_refused(string encoding)
    {
        var (status, detail) = await raw.SendAsync(Put, RawGrpc.Frame([1], compressed: 1), headers: ("grpc-encoding", encoding));

        Assert.Equal(Unimplemented, status);
        Assert.Contains("identity", detail, StringComparison.Ordinal);
        AssertLogged(1, encoding);
    }

    [Fact]
    public async Task A_message_of_more_than_four_megabytes_is_refused()
    {
        Assert.Equal(InvalidArgument, (await raw.SendAsync(Put, RawGrpc.Frame(new byte[(1024 * 1024) + 1]))).Status);

        AssertLogged(1, "too large");
    }

    [Fact]
    public async Task A_request_of_another_content_type_is_refused()
    {
        Assert.Equal((InvalidArgument, Malformed), await raw.SendAsync(Put, [], "application/json"));

        AssertLogged(1, "JSON");
    }

    [Fact]
    public async Task A_method_or_service_that_there_is_not_is_unimplemented()
    {
        Assert.Equal(Unimplemented, (await raw.SendAsync("goim.router.RouterRPC/Nothing", RawGrpc.Frame([]))).Status);
        Assert.Equal(Unimplemented, (await raw.SendAsync("goim.Nothing/Put", RawGrpc.Frame([]))).Status);

        AssertLogged(0, "unimplemented");
    }

    [Fact]
    public async Task A_header_that_is_no_base64_does_not_matter() =>
        Assert.Equal(0, (await raw.SendAsync(Ping, RawGrpc.Frame([]), headers: ("some-bin", "a"))).Status);

    [Fact]
    public async Task Text_that_is_not_UTF_8_deletes_nothing()
    {
        var del = new DelArg { UserId = 42, Seq = 1, StoreId = "ab" }.ToByteArray();
        del[del.AsSpan().IndexOf(Encoding.ASCII.GetBytes("ab"))] = 0xC3;

        var (status, _) = await raw.SendAsync("goim.router.RouterRPC/Del", RawGrpc.Frame(del));

        Assert.Equal(InvalidArgument, status);
        AssertLogged(1, "UTF-8");
    }

    [Fact]
    public async Task A_refusal_of_the_node_is_one_line_at_Debug()
    {
        var (status, detail) = await raw.SendAsync(Put, RawGrpc.Frame(new PutArg { UserId = 42, Seq = -1 }.ToByteArray()));

        Assert.Equal(InvalidArgument, status);
        Assert.StartsWith("seq -1 is negative", detail, StringComparison.Ordinal);
        AssertLogged(1, "refusal");
    }

    private void AssertLogged(int lines, string why)
    {
        Assert.True(log.Count("Debug: ") == lines, $"{why}: {log.Count("Debug: ")} lines");
        Assert.Equal(log.Count(": "), log.Count("Debug: "));
    }
}
