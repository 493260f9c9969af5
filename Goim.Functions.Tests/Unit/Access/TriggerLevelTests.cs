using System.Text.Json.Nodes;
using Goim.Functions.Push;
using Goim.Functions.Startup;
using Goim.Logic.Access;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Unit.Access;

/// <summary>The levels of HTTP triggers, as the Functions host hears of them.</summary>
public sealed class TriggerLevelTests
{
    [Theory]
    [InlineData(
        """{"type":"httpTrigger","authLevel":"Function","route":"a"}""", """{"type":"httpTrigger","authLevel":"Anonymous","route":"a"}""")]
    [InlineData("""{"type":"httpTrigger"}""", """{"type":"httpTrigger","authLevel":"Anonymous"}""")]
    [InlineData("""{"type":"http","authLevel":"Function"}""", """{"type":"http","authLevel":"Function"}""")]
    [InlineData("""{"type":1}""", """{"type":1}""")]
    [InlineData("""["httpTrigger"]""", """["httpTrigger"]""")]
    [InlineData("nonsense", "nonsense")]
    public void Only_HTTP_triggers_become_anonymous(string binding, string expected) =>
        Assert.Equal(expected, TriggerLevel.ToAnonymous(binding));

    [Theory]
    [InlineData(FunctionKeyUse.Either, true, "Anonymous")]
    [InlineData(FunctionKeyUse.None, true, "Anonymous")]
    [InlineData(FunctionKeyUse.Both, true, "Anonymous,Function")]
    [InlineData(FunctionKeyUse.Either, false, "Anonymous,Function")]
    public async Task Triggers_keep_their_level_unless_a_caller_may_come_without_a_function_key(
        FunctionKeyUse use, bool hasCaller, string levels)
    {
        var access = new AccessOptions { KeepFunctionKeys = use };
        if (hasCaller)
        {
            access.Callers.Add("backend", new CallerOptions());
        }

        var provider = typeof(PushOutput).Assembly.GetTypes().Single(type => type.IsAssignableTo(typeof(IFunctionMetadataProvider)));
        var functions = await ((IFunctionMetadataProvider)Activator.CreateInstance(provider)!)
            .GetFunctionMetadataAsync(AppContext.BaseDirectory);
        var reported = functions.ToBuilder();
        new TriggersFromAccess(Options.Create(access)).Transform(reported);

        var found = reported.SelectMany(function => function.RawBindings!).Select(binding => JsonNode.Parse(binding)!)
            .Where(binding => (string?)binding["type"] == "httpTrigger").Select(binding => (string?)binding["authLevel"]);
        Assert.Equal(levels, string.Join(',', found.Distinct().Order()));
    }
}
