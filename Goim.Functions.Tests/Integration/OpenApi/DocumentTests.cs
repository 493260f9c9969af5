using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Worker;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Goim.Functions.Tests.Integration.OpenApi;

/// <summary>docs/openapi.yaml is valid, and has the routes that there are.</summary>
public sealed class DocumentTests(DocumentTests.OneHost shared) : IClassFixture<DocumentTests.OneHost>
{
    private readonly TestHost host = shared.ForOneTest();

    [Fact]
    public void Microsofts_reader_and_rules_find_nothing()
    {
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, DescribedApi.Diagnostic.SpecificationVersion);
        Assert.Empty(DescribedApi.Diagnostic.Errors);
        Assert.Empty(DescribedApi.Diagnostic.Warnings);
        Assert.Empty(DescribedApi.Document.Validate(ValidationRuleSet.GetDefaultRuleSet()));
    }

    [Fact]
    public async Task It_has_every_function_with_its_methods_and_nothing_else()
    {
        var functions = new List<string>();
        foreach (var function in host.App.Functions)
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, "/" + function.Route);
            using var response = await host.Http.SendAsync(request);
            functions.AddRange(response.Content.Headers.Allow.Select((method, i) =>
                $"{method} /{function.Route} {function.Name}{(i == 0 ? "" : NameOf(method))}"));
        }

        Assert.Equal(
            functions.Order(StringComparer.Ordinal),
            Documented(each => !IsLocal(each.Path), each => $"{each.Method} {each.Path} {each.Id}"));
    }

    [Fact]
    public void It_has_every_route_of_LocalHosts_own_and_says_whose_they_are()
    {
        var routes =
            from endpoint in LocalEndpoints(host)
            from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
            orderby endpoint.RoutePattern.RawText
            select $"{method} {endpoint.RoutePattern.RawText} LocalHost only";

        Assert.Equal(
            routes,
            Documented(
                each => IsLocal(each.Path),
                each => $"{each.Method} {each.Path} {each.Description.Tags!.Single().Name}"));
    }

    [Fact]
    public void Every_other_endpoint_is_one_of_a_page()
    {
        var functions = host.App.Functions.Select(static function => "/" + function.Route);
        var others = Endpoints(host).Except(functions).Except(Endpoints(host).Where(IsLocal)).Select(static path =>
            path.StartsWith("/console/", StringComparison.Ordinal) ? "/console/*"
            : path.StartsWith("/docs", StringComparison.Ordinal) ? "/docs*" : path);

        Assert.Equal(["/", "/console/*", "/docs*", "/openapi.yaml"], others.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_object_of_an_answer_is_closed()
    {
        var open = new List<string>();
        foreach (var operation in DescribedApi.Operations)
        {
            foreach (var (status, response) in operation.Description.Responses!)
            {
                foreach (var content in response.Content?.Values ?? [])
                {
                    open.AddRange(OpenObjects(content.Schema, $"{operation.Id} {status}"));
                }
            }
        }

        Assert.Empty(open);
    }

    /// <summary>The endpoints under <c>/local</c>.</summary>
    internal static IEnumerable<RouteEndpoint> LocalEndpoints(TestHost host) =>
        host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(static endpoint => IsLocal(endpoint.RoutePattern.RawText!));

    private static IEnumerable<string> Endpoints(TestHost host) =>
        host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.Select(static endpoint =>
            "/" + ((RouteEndpoint)endpoint).RoutePattern.RawText!.TrimStart('/'));

    private static bool IsLocal(string path) => path.StartsWith("/local/", StringComparison.Ordinal);

    private static string NameOf(string method) => char.ToUpperInvariant(method[0]) + method[1..].ToLowerInvariant();

    private static IEnumerable<string> Documented(Func<DescribedOperation, bool> isMeant, Func<DescribedOperation, string> shown) =>
        DescribedApi.Operations.Where(isMeant).Select(shown).Order(StringComparer.Ordinal);

    private static IEnumerable<string> OpenObjects(IOpenApiSchema? schema, string place)
    {
        if (schema is null)
        {
            return [];
        }

        var isOpen = schema.Type?.HasFlag(JsonSchemaType.Object) == true
            && schema.AdditionalPropertiesAllowed && schema.AdditionalProperties is null;
        var inner = (schema.Properties ?? new Dictionary<string, IOpenApiSchema>()).Select(each => (each.Key, each.Value))
            .Concat(new[] { schema.OneOf, schema.AnyOf, schema.AllOf }.SelectMany(each => each ?? []).Select(each => ("", each)))
            .Append(("[]", schema.Items!))
            .Append(("*", schema.AdditionalProperties!));
        return (isOpen ? new[] { place } : []).Concat(inner.SelectMany(each => OpenObjects(each.Item2, $"{place}.{each.Item1}")));
    }

    public sealed class OneHost : HostFixture
    {
        private protected override async Task<TestHost?> StartAsync() => await TestHost.StartAsync();
    }
}
