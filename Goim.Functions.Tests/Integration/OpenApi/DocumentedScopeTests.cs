using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Access;

namespace Goim.Functions.Tests.Integration.OpenApi;

/// <summary>docs/openapi.yaml has the scope that each operation needs.</summary>
public sealed partial class DocumentedScopeTests(CallersHost shared) : IClassFixture<CallersHost>
{
    private readonly TestHost host = shared.ForOneTest();

    public static TheoryData<string> Operations => [.. DescribedApi.Operations.Select(static operation => operation.Id)];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task It_has_the_scope_that_an_operation_asks_for(string id)
    {
        var operation = DescribedApi.Operation(id);
        var scope = operation.Description.Extensions.Text("x-goim-scope");

        Assert.Equal(await AskedForAsync(operation), scope);
        Assert.Equal(scope is not null, operation.IsSecured);
        Assert.True(
            scope is null or "push.user or push.room or push.all"
            || operation.Description.Description!.Contains($"Scope `{scope}`", StringComparison.Ordinal));
    }

    // A caller that lacks the scope is told which one. Null if no caller is needed.
    private async Task<string?> AskedForAsync(DescribedOperation operation)
    {
        foreach (var lacking in new[] { "comet", "read" })
        {
            var answer = await host.SendAsync(operation.Method.Method, operation.Path, "", CallerRequests.Key(lacking));
            if (answer.Status == 403)
            {
                return Lacks().Match(answer.Body).Groups[1].Value;
            }
        }

        Assert.Equal(200, (await host.SendAsync(operation.Method.Method, operation.Path, "")).Status);
        return null;
    }

    [GeneratedRegex(@"lacks the scope (.+) \(Access__Callers\)")]
    private static partial Regex Lacks();
}
