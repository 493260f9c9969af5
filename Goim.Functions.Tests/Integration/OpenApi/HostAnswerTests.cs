using System.Text.Json;
using System.Text.Json.Nodes;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Hosting.OpenApi;

namespace Goim.Functions.Tests.Integration.OpenApi;

/// <summary>docs/openapi.yaml has what LocalHost itself answers: each answer is checked against it.</summary>
public sealed class HostAnswerTests(HostAnswerTests.OneHost shared) : IClassFixture<HostAnswerTests.OneHost>
{
    private readonly TestHost host = shared.ForOneTest();

    [Fact]
    public async Task Every_function_has_the_empty_413_of_a_body_above_the_hosts_limit()
    {
        foreach (var operation in DescribedApi.Operations.Where(static each => !each.Path.StartsWith("/local/", StringComparison.Ordinal)))
        {
            var answer = await SendAsync(operation, "Content-Length: 999999999");

            Assert.Equal($"{operation.Id} 413 ", $"{operation.Id} {answer.Status} {answer.Body}");
        }
    }

    [Fact]
    public async Task Every_operation_has_the_403_of_a_page_of_another_site()
    {
        foreach (var operation in DescribedApi.Operations)
        {
            var answer = await SendAsync(operation, "Sec-Fetch-Site: cross-site");

            Assert.Equal($"{operation.Id} 403", $"{operation.Id} {answer.Status}");
        }
    }

    [Fact]
    public async Task A_line_of_the_records_is_as_its_schema_says()
    {
        var schema = ApiDocument.Shared.Schemas.Build(new JsonObject { ["$ref"] = "#/components/schemas/LocalRecord" });
        await host.PostAsync("/1/push/all?ack=broker", "hello");
        await host.PostAsync("/1/push/room?rid=1&ack=broker", "hello");

        using var answer = await host.Http.GetAsync("/local/records?from=start", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        for (var i = 0; i < 2; i++)
        {
            Assert.Null(ApiSchemas.Deviation(schema, JsonElement.Parse((await reader.ReadLineAsync())!)));
        }

        Assert.NotNull(ApiSchemas.Deviation(schema, JsonElement.Parse("""{"partition":0,"offset":0}""")));
    }

    private Task<RawAnswer> SendAsync(DescribedOperation operation, string header) =>
        RawHttp.SendAsync(host.Http.BaseAddress!, operation.Method.Method, operation.Path, [], header);

    public sealed class OneHost : HostFixture
    {
        private protected override async Task<TestHost?> StartAsync() => await TestHost.StartAsync();
    }
}
