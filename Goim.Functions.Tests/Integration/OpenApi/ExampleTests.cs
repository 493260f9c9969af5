using System.Net;
using System.Text.Json.Nodes;
using Goim.Functions.Tests.Hosting;
using Microsoft.OpenApi;

namespace Goim.Functions.Tests.Integration.OpenApi;

/// <summary>The examples in docs/openapi.yaml are what a host answers.</summary>
public sealed class ExampleTests
{
    private static IEnumerable<string> WithExamples =>
        DescribedApi.Operations.Where(static operation => Example.Of(operation).Count > 0).Select(static operation => operation.Id);

    public static TheoryData<string> Operations => [.. WithExamples];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_host_answers_as_the_examples_of_an_operation_say(string id)
    {
        var operation = DescribedApi.Operation(id);
        Assert.Empty(Example.Unanswered(operation));
        await using var host = await TestHost.StartAsync();
        await ConnectAsync(host);
        if (id == "LocalRecords")
        {
            await host.PostAsync("/1/push/all?ack=broker", "hello");
        }

        foreach (var example in Example.Of(operation))
        {
            var (status, type, body) = await example.SendAsync(host.Http, asksForStatus: false);

            Assert.Equal($"{example.Name}: {example.Status} {example.Type}", $"{example.Name}: {status} {type}");
            Assert.Equal(example.Expected, body);
            if (example is { IsRefusal: true, Status: 200 })
            {
                await AsksForStatusAsync(host, example);
            }
        }
    }

    [Fact]
    public void Only_HEAD_has_no_examples() =>
        Assert.Equal(["MonitorPingHead"], DescribedApi.Operations.Select(static each => each.Id).Except(WithExamples));

    public static IEnumerable<object[]> SharedAnswers =>
        from response in DescribedApi.Document.Components!.Responses!
        from content in response.Value.Content?.Values ?? []
        from name in content.Examples?.Keys ?? []
        select new object[] { response.Key, name };

    [Theory]
    [MemberData(nameof(SharedAnswers))]
    public async Task A_host_with_callers_answers_as_the_examples_of_shared_answers_say(string response, string name)
    {
        await using var host = await TestHost.StartAsync(
            "--Access:Callers:backend:Key=the-own-key-of-backend", "--Access:Callers:backend:Scopes=push.user");
        var example = DescribedApi.Document.Components!.Responses![response].Content!["application/json"].Examples![name];
        var words = example.Extensions.Text("x-goim-request")!.Split(' ', 3);
        using var request = new HttpRequestMessage(new HttpMethod(words[0]), words[1]) { Content = new ByteArrayContent([]) };
        request.Headers.Add("X-Goim-Errors", "http");
        if (words is [_, _, var header])
        {
            var (key, value) = (header.Split(": ")[0], header.Split(": ")[1]);
            Assert.True(request.Headers.TryAddWithoutValidation(key, value) || request.Content.Headers.TryAddWithoutValidation(key, value));
        }

        if (example.Extensions.Text("x-goim-caller") is { } caller)
        {
            request.Headers.Add("x-goim-key", $"the-own-key-of-{caller}");
        }

        using var answer = await host.Http.SendAsync(request);

        var operation = DescribedApi.Operations.First(each => each.Path == words[1].Split('?')[0]).Description;
        var documented = Assert.IsType<OpenApiResponseReference>(operation.Responses![((int)answer.StatusCode).ToString()]);
        Assert.Equal(response, documented.Reference.Id);
        Assert.Equal(example.Value!.ToJsonString(), JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.ToJsonString());
    }

    // As the description of the document says.
    private static async Task ConnectAsync(TestHost host)
    {
        foreach (var (token, server) in new[] { (42, 3), (42, 5), (43, 3) })
        {
            Assert.Equal(1, (await host.PostAsync("/1/connect", $$"""{"token":"{{token}}","server":{{server}}}""")).Ret());
        }
    }

    // The body is the same, and the status is one of the operation's.
    private static async Task AsksForStatusAsync(TestHost host, Example example)
    {
        var (status, type, body) = await example.SendAsync(host.Http, asksForStatus: true);

        Assert.Equal((example.Type, example.Expected), (type, body));
        Assert.NotEqual((int)HttpStatusCode.OK, status);
        Assert.Contains(status.ToString(), example.Operation.Description.Responses!.Keys);
        Assert.Contains(type, example.Operation.Description.Responses[status.ToString()].Content!.Keys);
    }
}
