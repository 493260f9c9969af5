using System.Net;
using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Documentation;
using Goim.Functions.Tests.Integration.Pages;
using Microsoft.Playwright;

namespace Goim.Functions.Tests.Integration.LocalHost;

/// <summary>The OpenAPI document that LocalHost serves, and the page that shows it.</summary>
public sealed partial class ApiReferenceTests(ConsoleFixture browser, ApiReferenceTests.OneHost shared)
    : IClassFixture<ConsoleFixture>, IClassFixture<ApiReferenceTests.OneHost>
{
    private readonly TestHost host = shared.ForOneTest();

    [Fact]
    public async Task The_document_is_docs_openapi_yaml_and_is_asked_for_again_by_its_tag()
    {
        using var answer = await host.Http.GetAsync("/openapi.yaml");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/openapi.yaml") { Headers = { IfNoneMatch = { answer.Headers.ETag! } } };
        using var same = await host.Http.SendAsync(again);

        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(DocumentationTests.Repository(), "docs", "openapi.yaml")),
            await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("application/yaml", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
    }

    [Theory]
    [InlineData("/docs")]
    [InlineData("/docs/")]
    public async Task The_page_allows_its_own_scripts_only_and_no_page_around_it(string url)
    {
        using var answer = await host.Http.GetAsync(url);
        using var other = await host.Http.GetAsync(url);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Matches(
            "^default-src 'none'; script-src 'self' 'nonce-[0-9a-f]{32}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
                + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$",
            policy);
        Assert.NotEqual(policy, Assert.Single(other.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [ChromiumFact]
    public async Task The_page_leads_to_an_operation_and_sends_it_without_another_host()
    {
        await using var page = await browser.OpenAsync(new Uri(host.Http.BaseAddress!, "/docs"));

        await SendToEveryoneAsync(page.Page);

        await Eventually.UntilAsync(() => host.Records().Count == 1);
        Assert.Empty(page.Problems);
    }

    [ChromiumFact]
    public async Task A_key_is_sent_and_stays_in_the_memory_of_the_page()
    {
        await using var own = await TestHost.StartAsync(
            "--Access:Callers:page:Key=a-key-for-the-page", "--Access:Callers:page:Scopes=push.all");
        await using var page = await browser.OpenAsync(new Uri(own.Http.BaseAddress!, "/docs"));

        await page.Page.GetByText("Selected Auth Type: callerKey").First.WaitForAsync();
        await page.Page.Locator("input.scalar-password-input").First.FillAsync("a-key-for-the-page");
        await SendToEveryoneAsync(page.Page);

        await Eventually.UntilAsync(() => own.Records().Count == 1);
        Assert.DoesNotContain(
            "a-key-for-the-page",
            await page.Page.EvaluateAsync<string>("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])"),
            StringComparison.Ordinal);
        Assert.Empty(page.Problems);
    }

    private static async Task SendToEveryoneAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Complementary).GetByText("To everyone").ClickAsync();
        await page.WaitForURLAsync(static url => url.EndsWith("/1/push/all", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Heading, new() { Name = "To everyone" }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = TestRequest() }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send post request" }).First.ClickAsync();
    }

    [GeneratedRegex("Test Request.*post .1.push.all")]
    private static partial Regex TestRequest();

    public sealed class OneHost : HostFixture
    {
        private protected override async Task<TestHost?> StartAsync() => await TestHost.StartAsync();
    }
}
