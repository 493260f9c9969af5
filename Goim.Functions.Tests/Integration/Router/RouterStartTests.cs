using System.Diagnostics;
using Goim.Functions.Tests.Hosting;
using Goim.Router;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>A router node whose start fails: one sentence, exit code 1.</summary>
public sealed class RouterStartTests
{
    private const string Listen = "--urls=http://127.0.0.1:0";

    private const string NoToken =
        "RouterNode__Token is no token: expected 16 to 256 printable ASCII characters without blanks and commas, "
        + "or two such tokens separated by a comma.";

    [Theory]
    [InlineData("RouterNode__Buckets", "0", Listen, "RouterNode__Buckets is 0: expected 1 to 65536.")]
    [InlineData("RouterNode__Buckets", "many", Listen, "RouterNode__Buckets is 'many': expected a whole number.")]
    [InlineData("RouterNode__Token", "too-short", Listen, NoToken)]
    [InlineData("RouterNode__Token", "with a blank in the token", Listen, NoToken)]
    [InlineData("RouterNode__Token", "token-of-the-test,", Listen, NoToken)]
    [InlineData("RouterNode__Token", "token-of-the-test,token-of-the-test,token-of-the-test", Listen, NoToken)]
    [InlineData("RouterNode__Store", "disk", Listen, "RouterNode__Store is 'disk': expected memory, redis.")]
    [InlineData("RouterNode__Store", "7", Listen, "RouterNode__Store is '7': expected memory, redis.")]
    [InlineData("RouterNode__ServerLease", "soon", Listen, "RouterNode__ServerLease is 'soon': expected a time such as 00:00:30.")]
    [InlineData(
        "RouterNode__RedisCaFile",
        "/none",
        Listen,
        "RouterNode__RedisCaFile is '/none', which does not exist: expected a PEM file of certificates.")]
    [InlineData("Logging__LogLevel__Default", "Bogus", Listen, "Bogus")]
    [InlineData(
        "Kestrel__Certificates__Default__Path",
        "/nosuch.pfx",
        "--urls=https://127.0.0.1:0",
        "Kestrel__Certificates__Default__Path is '/nosuch.pfx', which does not exist: expected a PFX file, or ")]
    [InlineData("x", "y", "--urls=https://127.0.0.1:0", "urls is 'https://127.0.0.1:0': expected a certificate for https, in Kestrel__")]
    [InlineData("x", "y", "--urls=http://192.0.2.1:7270", "urls is 'http://192.0.2.1:7270': ")]
    [InlineData("x", "y", "--urls=nonsense", "urls is 'nonsense': expected http or https://host:port, several separated by semicolons.")]
    public async Task A_start_that_fails_says_why_in_one_sentence(string name, string value, string argument, string expected)
    {
        using var node = Process.Start(new ProcessStartInfo("dotnet", [typeof(RouterNode).Assembly.Location, argument])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [name] = value },
        })!;
        using var limit = new CancellationTokenSource(Eventually.Limit);
        var output = node.StandardOutput.ReadToEndAsync(limit.Token);
        var error = await node.StandardError.ReadToEndAsync(limit.Token);
        await node.WaitForExitAsync(limit.Token);

        Assert.Equal((1, ""), (node.ExitCode, await output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }
}
