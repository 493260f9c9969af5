using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Goim.Functions.Tests.Integration.Documentation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Goim.Functions.Tests.Infra;

/// <summary>infra/comet-key.sh against an Azure Resource Manager that answers as it is told to.</summary>
[Collection(nameof(BuiltInfra))]
public sealed partial class CometKeyTests(BuiltInfra infra) : IAsyncLifetime
{
    private const string DeploymentPath = "/subscriptions/sub/resourceGroups/rg-test/providers/Microsoft.Resources/deployments/comet-key";
    private readonly Queue<string> answers = new();
    private readonly List<(string Request, string Body)> requests = [];
    private WebApplication azure = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        azure = builder.Build();
        azure.Run(async http =>
        {
            using var body = new StreamReader(http.Request.Body);
            requests.Add((
                $"{http.Request.Method} {http.Request.Path} {http.Request.Headers.Authorization}", await body.ReadToEndAsync()));
            await http.Response.WriteAsync(answers.Dequeue());
        });
        await azure.StartAsync();
    }

    public async Task DisposeAsync() => await azure.DisposeAsync();

    [Fact]
    public async Task The_app_gets_the_secret_of_the_vault_as_its_host_key_comets()
    {
        answers.Enqueue(State("Accepted"));
        answers.Enqueue(State("Running"));
        answers.Enqueue(State("Succeeded"));

        var (code, output) = await RunAsync();

        Assert.Equal((0, "comet-key: func-test has the host key comets.\n"), (code, output));
        Assert.Equal(
            [$"PUT {DeploymentPath} Bearer the-token", $"GET {DeploymentPath} Bearer the-token", $"GET {DeploymentPath} Bearer the-token"],
            requests.Select(request => request.Request));
        var sent = JsonNode.Parse(requests[0].Body)!["properties"]!;
        var key = Assert.Single(sent["template"]!["resources"]!.AsArray())!;
        Assert.Equal(
            ("Microsoft.Web/sites/host/functionKeys", "func-test/default/comets", "[parameters('key')]"),
            ((string?)key["type"], (string?)key["name"], (string?)key["properties"]!["value"]));
        Assert.Equal(
            """{"reference":{"keyVault":{"id":"/vaults/kv-test"},"secretName":"comet-key"}}""",
            sent["parameters"]!["key"]!.ToJsonString());
        Assert.Equal("secureString", (string?)sent["template"]!["parameters"]!["key"]!["type"]);
    }

    [Fact]
    public async Task A_host_that_does_not_answer_yet_is_asked_again()
    {
        answers.Enqueue(State("Accepted"));
        answers.Enqueue(State("Failed"));
        answers.Enqueue("""{"error":{"code":"BadRequest"}}""");
        answers.Enqueue(State("Succeeded"));

        var (code, output) = await RunAsync();

        Assert.Equal(0, code);
        Assert.Contains("attempt 2 of 6 failed: {\"error\":{\"code\":\"BadRequest\"}}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_cannot_be_set_fails_the_deployment_with_what_to_do()
    {
        for (var attempt = 0; attempt < 6; attempt++)
        {
            answers.Enqueue("""{"error":{"code":"AuthorizationFailed"}}""");
        }

        var (code, output) = await RunAsync();

        Assert.Equal((1, 6), (code, requests.Count));
        Assert.Contains("run it again with azd hooks run postdeploy --service functions", output, StringComparison.Ordinal);
        Assert.DoesNotContain("the-token", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_sign_in_nothing_is_sent()
    {
        var (code, output) = await RunAsync(azd: "");

        Assert.Equal((1, "comet-key: azd has no token: expected a sign-in with azd auth login.\n"), (code, output));
        Assert.Empty(requests);
    }

    [BicepFact]
    public async Task The_script_that_sets_the_function_key_is_run_and_finds_what_it_needs()
    {
        var script = await File.ReadAllTextAsync(Path.Combine(Bicep.Infra, "comet-key.sh"));
        var azd = await File.ReadAllTextAsync(Path.Combine(DocumentationTests.Repository(), "azure.yaml"));

        Assert.Contains("postdeploy:\n        shell: sh\n        run: ../infra/comet-key.sh\n", azd, StringComparison.Ordinal);
        var variables = VariableName().Matches(script).Select(variable => variable.Groups["name"].Value).Distinct();
        Assert.Equal(
            ["AZURE_SUBSCRIPTION_ID"], variables.Except(infra.Queue.Outputs.Select(output => output.Key)));
        Assert.All(infra.All, deployment =>
        {
            var vault = deployment.Properties("Microsoft.KeyVault/vaults");
            Assert.True((bool)vault["enabledForTemplateDeployment"]!);
            Assert.Equal("AzureServices", (string?)vault["networkAcls"]!["bypass"]);
        });
    }

    private static string State(string state) => "{\"id\":\"x\",\"properties\":{\"provisioningState\":\"" + state + "\",\"outputs\":{}}}";

    private async Task<(int Code, string Output)> RunAsync(string azd = """{ "token": "the-token", "expiresOn": "2026-11-27" }""")
    {
        var script = Path.Combine(DocumentationTests.Repository(), "infra", "comet-key.sh");
        const string Azd = "azd() { [ \"$*\" = 'auth token --output json' ] && echo \"$AZD_ANSWER\"; }";
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", $"{Azd}; . \"$0\" 2>&1", script])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["ARM_ENDPOINT"] = azure.Urls.First(),
                ["COMET_KEY_WAIT"] = "0",
                ["AZD_ANSWER"] = azd,
                ["AZURE_SUBSCRIPTION_ID"] = "sub",
                ["AZURE_RESOURCE_GROUP"] = "rg-test",
                ["AZURE_KEY_VAULT_ID"] = "/vaults/kv-test",
                ["SERVICE_FUNCTIONS_NAME"] = "func-test",
            },
        })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }

    [GeneratedRegex(@"\$(?<name>(AZURE|SERVICE)_\w+)")]
    private static partial Regex VariableName();
}
