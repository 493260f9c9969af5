using System.Net;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Functions;

/// <summary>Callers in the genuine worker, which keeps the caller of a request in its own features of the invocation.</summary>
public sealed class WorkerCallersTests : IAsyncLifetime
{
    private const string Backend = "0123456789abcdef-backend", Reader = "0123456789abcdef-reader";

    // Each request has a function key for the stand-in host.
    private readonly StandInHost host = new(
        "Access__KeepFunctionKeys=none",
        $"Access__Callers__backend__Key={Backend}", "Access__Callers__backend__Scopes=push.all",
        "Access__Callers__backend__RequestsPerSecond=7",
        $"Access__Callers__reader__Key={Reader}", "Access__Callers__reader__Scopes=read");

    public Task InitializeAsync() => host.InitializeAsync();

    public Task DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Each_is_known_and_has_its_own_scopes_and_limit()
    {
        using var pushed = await PushAsync(Backend);
        using var refused = await PushAsync(Reader);
        using var unknown = await PushAsync(null);

        Assert.Equal("""{"ret":1}""", await pushed.Content.ReadAsStringAsync());
        Assert.Equal("7", pushed.Headers.GetValues("RateLimit-Limit").Single());
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("caller reader lacks the scope push.all", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(refused.Headers.Contains("RateLimit-Limit"));
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        Assert.NotEmpty(unknown.Headers.WwwAuthenticate);
    }

    private async Task<HttpResponseMessage> PushAsync(string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/1/push/all") { Content = new StringContent("m") };
        if (key is not null)
        {
            request.Headers.Add("x-goim-key", key);
        }

        return await host.Http.SendAsync(request);
    }
}
