using Goim.LocalHost;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Integration.LocalHost;

/// <summary>Addresses in settings that can never work end the start with a sentence that has the right form.</summary>
public sealed class AddressSettingsTests
{
    private const string Addresses = "expected http://host:port or https://host:port, several separated by commas.";

    private const string Brokers = ": expected host:port,host:port.";

    private const string NoStorage =
        "AzureWebJobsStorage is no connection string: expected one, UseDevelopmentStorage=true for Azurite, "
        + "or AzureWebJobsStorage__accountName for an identity.";

    private const string Brokers2 = ": expected host:port,host:port, without users and keys.";

    [Theory]
    [InlineData("KafkaBrokers=nope", "KafkaBrokers holds 'nope'" + Brokers)]
    [InlineData("KafkaBrokers=a:1,b", "KafkaBrokers holds 'b'" + Brokers)]
    [InlineData("KafkaBrokers=a:1,", "KafkaBrokers holds ''" + Brokers)]
    [InlineData("KafkaBrokers=a:0", "KafkaBrokers holds 'a:0'" + Brokers)]
    [InlineData("KafkaBrokers=a:65536", "KafkaBrokers holds 'a:65536'" + Brokers)]
    [InlineData("KafkaBrokers=http://a:1", "KafkaBrokers holds 'http://a:1'" + Brokers)]
    [InlineData("KafkaBrokers=a:1,tcp://u:s3cret@a:1", "KafkaBrokers has no address as entry 2" + Brokers2)]
    [InlineData("KafkaBrokers=Endpoint=sb://a/;SharedAccessKey=s3cret=", "KafkaBrokers has no address as entry 1" + Brokers2)]
    [InlineData("KafkaBrokers=a:1, b:1", "KafkaBrokers holds ' b:1'" + Brokers)]
    [InlineData("KafkaBrokers=a b:1", "KafkaBrokers holds 'a b:1'" + Brokers)]
    [InlineData("KafkaBrokers=a:1;b:1", "KafkaBrokers holds 'a:1;b:1'" + Brokers)]
    [InlineData("KafkaBrokers=::1:9092", "KafkaBrokers holds '::1:9092'" + Brokers)]
    [InlineData("Router:Nodes:a=localhost:1", "Router__Nodes__a is 'localhost:1': " + Addresses)]
    [InlineData("Router:Nodes:a=tcp://h:1", "Router__Nodes__a is 'tcp://h:1': " + Addresses)]
    [InlineData("Router:Nodes:a=http://h:0", "Router__Nodes__a is 'http://h:0': " + Addresses)]
    [InlineData("Router:Nodes:a=http://h:70000", "Router__Nodes__a is 'http://h:70000': " + Addresses)]
    [InlineData("Router:Nodes:a=http://h:1;http://i:1", "Router__Nodes__a is 'http://h:1;http://i:1': " + Addresses)]
    [InlineData("Router:Nodes:a=http://h:1,", "Router__Nodes__a is 'http://h:1,': " + Addresses)]
    [InlineData("Router:Nodes:a=http://h:1/path", "Router__Nodes__a is 'http://h:1/path': " + Addresses)]
    [InlineData(
        "Router:Nodes:a=http://h:1,https://i:1",
        "Router__Nodes__a is 'http://h:1,https://i:1': expected addresses that are all http or all https.")]
    [InlineData("Router:PreviousNodes:a=h", "Router__PreviousNodes__a is 'h': " + Addresses)]
    [InlineData("AzureWebJobsStorage=foo=bar", NoStorage)]
    [InlineData("AzureWebJobsStorage=nonsense", NoStorage)]
    [InlineData("AzureWebJobsStorage=https://account.blob.core.windows.net", NoStorage)]
    [InlineData("Router:Nodes:a=http://u@h:1", "Router__Nodes__a has a user: " + Addresses)]
    public async Task An_address_that_can_never_work_ends_the_start(string setting, string expected)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(
            () => LocalHostApp.StartAsync(["--urls=http://127.0.0.1:0", $"--{setting}"]));

        Assert.Equal(expected, refused.Message);
    }

    [Theory]
    [InlineData("http://q", "https://b")]
    [InlineData("https://q", "b")]
    [InlineData("https://q", "https://b?sv=s3cret")]
    public async Task An_identity_needs_the_addresses_of_both_services(string queue, string blob)
    {
        string[] settings = [$"--AzureWebJobsStorage:queueServiceUri={queue}", $"--AzureWebJobsStorage:blobServiceUri={blob}"];
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => LocalHostApp.StartAsync(settings));

        Assert.Equal(
            "AzureWebJobsStorage__queueServiceUri or AzureWebJobsStorage__blobServiceUri is no address of a service: "
                + "expected https://host.",
            refused.Message);
    }

    // Nothing listens there: the app starts, and its calls fail.
    [Theory]
    [InlineData("KafkaBrokers=kafka_1:1,127.0.0.1:1,[::1]:1")]
    [InlineData("Router:Nodes:a=http://router_1:1, http://[::1]:1")]
    public async Task Every_form_of_an_address_is_taken(string setting)
    {
        await using var host = await LocalHostApp.StartAsync(
            ["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None", $"--{setting}"]);

        Assert.StartsWith("http://127.0.0.1:", host.Url, StringComparison.Ordinal);
    }
}
