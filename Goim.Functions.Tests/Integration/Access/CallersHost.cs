using System.Text;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Access;

/// <summary>
/// A host with a caller for each scope, whose key is <c>the-own-key-of-</c> and the scope, and a caller <c>rooms</c> of rooms 0 to 9 and
/// 2000. A function key opens too.
/// </summary>
public sealed class CallersHost : HostFixture
{
    public const string FunctionKey = "a-function-key";
    private static readonly string[] Scopes = ["push.user", "push.room", "push.all", "comet", "read", "admin"];

    internal static Task<TestHost> StartAsync(params string[] settings) => TestHost.StartAsync(
    [
        .. Scopes.SelectMany(scope => new[]
        {
            $"--Access:Callers:of-{scope}:Key=the-own-key-of-{scope}", $"--Access:Callers:of-{scope}:Scopes={scope}",
        }),
        "--Access:Callers:rooms:Key=the-own-key-of-rooms", "--Access:Callers:rooms:Scopes=push.user,push.room",
        "--Access:Callers:rooms:Rooms=0-9,2000",
        $"--LocalHost:Keys:backend={FunctionKey}",
        .. settings,
    ]);

    private protected override async Task<TestHost?> StartAsync() => await StartAsync([]);
}

/// <summary>Requests of callers.</summary>
internal static class CallerRequests
{
    /// <summary>The header with the key of a caller.</summary>
    public static string Key(string of) => $"x-goim-key: the-own-key-of-{of}";

    /// <summary>Sends a request with headers of the test's own.</summary>
    public static Task<RawAnswer> SendAsync(this TestHost host, string method, string url, string body, params string[] headers) =>
        RawHttp.SendAsync(host.Http.BaseAddress!, method, url, Encoding.UTF8.GetBytes(body), headers);

    /// <summary>The answer is this status, with a sentence as JSON.</summary>
    public static void Is(this RawAnswer answer, int status, string sentence)
    {
        Assert.Equal(status, answer.Status);
        Assert.Equal("application/json; charset=utf-8", answer.Headers["Content-Type"]);
        Assert.Equal(sentence, JsonElement.Parse(answer.Body).GetProperty("error").GetString());
        Assert.Equal(65535, JsonElement.Parse(answer.Body).Ret());
    }
}
