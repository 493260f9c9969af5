using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>A host whose requests need both keys, for the tests of a class.</summary>
public sealed class SnippetFixture : HostFixture
{
    public const string CallerKey = "only-for-tests-$it's`\"1\"";
    public const string FunctionKey = "only-for-tests-function";

    private protected override async Task<TestHost?> StartAsync() => await TestHost.StartAsync(
        "--LocalHost:RequireKeys=true",
        $"--LocalHost:Keys:default={FunctionKey}",
        "--Access:KeepFunctionKeys=both",
        $"--Access:Callers:backend:Key={CallerKey}",
        "--Access:Callers:backend:Scopes=push.all,push.room,read");
}
