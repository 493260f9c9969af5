using Goim.Functions.Push;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Worker;
using Microsoft.OpenApi;

namespace Goim.Functions.Tests.Integration.OpenApi;

/// <summary>docs/openapi.yaml has the query parameters, headers and members of bodies that the code reads, for each route.</summary>
public sealed class ParameterTests(ParameterTests.OneHost shared) : IClassFixture<ParameterTests.OneHost>
{
    /// <summary>The route decides which parameters these read, but they read them in the same methods.</summary>
    private static readonly string[] Pushes = ["Push", "PushAll", "PushKey", "PushRoom", "PushRooms", "Pushs"];

    private static readonly string[] OfBodies = ["Content-Encoding", "Content-Length", "Transfer-Encoding"];

    private static readonly IReadOnlyList<LocalFunction> Functions = LocalFunction.Discover(typeof(PushOutput).Assembly);

    private readonly TestHost host = shared.ForOneTest();

    public static TheoryData<string> Others => [.. Functions.Select(static function => function.Name).Except(Pushes)];

    public static TheoryData<string> All => [.. Functions.Select(static function => function.Name)];

    [Theory]
    [MemberData(nameof(Others))]
    public void It_has_the_query_parameters_that_a_function_reads(string function)
    {
        var operation = OperationOf(function);

        Assert.Equal(Read(function).Query.Except(["code"]), operation.Query.Concat(operation.Refused).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void It_has_the_query_parameters_that_pushes_read()
    {
        var documented = Pushes.Select(OperationOf).SelectMany(static each => each.Query.Concat(each.Refused))
            .Distinct().Order(StringComparer.Ordinal).ToArray();

        Assert.Contains("ensure", documented);
        Assert.All(Pushes, function => Assert.Equal(Read(function).Query.Except(["code"]), documented));
    }

    // Together with the one above: a parameter that a push reads is documented for it.
    [Theory]
    [InlineData("Push", "/1/push?uid=1", "m", "ensure", "key", "rid")]
    [InlineData("Pushs", "/1/pushs?", """{"m":1,"u":[1,2]}""", "ensure", "key", "rid", "uid")]
    [InlineData("PushKey", "/1/push/key?key=1_1", "m", "ensure", "rid", "uid")]
    [InlineData("PushRoom", "/1/push/room?rid=1", "m", "key", "uid")]
    [InlineData("PushRooms", "/1/push/rooms?", """{"m":1,"r":[1,2]}""", "key", "rid", "uid")]
    [InlineData("PushAll", "/1/push/all?", "m", "ensure", "key", "rid", "uid")]
    public async Task A_push_ignores_the_parameters_of_other_pushes(string function, string url, string body, params string[] ignored)
    {
        var operation = OperationOf(function);
        Assert.Equal(Read(function).Query.Except(["code"]).Except(operation.Query).Except(operation.Refused), ignored);

        await host.PostAsync("/1/connect", """{"token":"1","server":3}""");
        host.LeaveOutWhatIsThere();
        (await host.PostAsync(url, body)).IsOk();
        var expected = host.Records().Select(static record => record.Text).Order(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(expected);
        foreach (var parameter in ignored.SelectMany(static name => new[] { $"&{name}=~", $"&{name}=true" }))
        {
            host.LeaveOutWhatIsThere();
            (await host.PostAsync(url + parameter, body)).IsOk();
            Assert.Equal(expected, host.Records().Select(static record => record.Text).Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void It_has_the_headers_that_a_function_reads(string function)
    {
        var operation = OperationOf(function);
        var credentials = DescribedApi.Document.Components!.SecuritySchemes!.Values.Select(NameOf).OfType<string>();
        var body = operation.Description.RequestBody is { } described ? OfBodies : [];
        var documented = operation.Headers.Concat(operation.IsSecured ? credentials : []).Concat(body).ToHashSet();

        // The host reads function keys. A function does so only to tell the owners of idempotency keys apart.
        Assert.Equal(
            documented.Except(["x-functions-key"]).Order(StringComparer.Ordinal),
            Read(function).Headers.Except(["x-functions-key"]).Order(StringComparer.Ordinal));
        Assert.All(body.Take(2), each => Assert.Contains(
            each == "Content-Length" ? "Content-Length" : "uncompressed",
            operation.Description.RequestBody!.Description,
            StringComparison.Ordinal));
    }

    // The bodies of pushes have a reader of their own.
    [Theory]
    [MemberData(nameof(Others))]
    public void It_has_the_members_of_a_body_that_a_function_reads(string function)
    {
        var documented = MembersOf(OperationOf(function).Description.RequestBody?.Content.At("application/json")?.Schema);

        Assert.Equal(documented.Distinct().Order(StringComparer.Ordinal), Read(function).Members);
    }

    [Fact]
    public void It_has_the_query_parameters_of_LocalHosts_own_routes()
    {
        foreach (var endpoint in DocumentTests.LocalEndpoints(host))
        {
            var handler = endpoint.Metadata.GetMetadata<System.Reflection.MethodInfo>()!;
            var operation = DescribedApi.Operations.Single(each => each.Path == endpoint.RoutePattern.RawText);

            Assert.Equal(ReadNames.Of(handler).Query, operation.Query.Order(StringComparer.Ordinal));
        }
    }

    private static IEnumerable<string> MembersOf(IOpenApiSchema? schema) => schema is null
        ? []
        : (schema.Properties ?? new Dictionary<string, IOpenApiSchema>()).SelectMany(static each => MembersOf(each.Value).Prepend(each.Key))
            .Concat(MembersOf(schema.Items));

    private static DescribedOperation OperationOf(string function) => DescribedApi.Operation(function);

    private static ReadNames Read(string function) => ReadNames.Of(Functions.Single(each => each.Name == function).Method);

    private static string? NameOf(IOpenApiSecurityScheme scheme) =>
        scheme.Type == SecuritySchemeType.Http ? "Authorization" : scheme.In == ParameterLocation.Header ? scheme.Name : null;

    public sealed class OneHost : HostFixture
    {
        private protected override async Task<TestHost?> StartAsync() => await TestHost.StartAsync();
    }
}
