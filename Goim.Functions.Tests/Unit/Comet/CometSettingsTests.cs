using Goim.Comet.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Unit.Comet;

public sealed class CometSettingsTests
{
    private const string Api = "expected the app's address, such as https://app.example, without a user and a query.";
    private const string Key = "expected 16 to 256 printable ASCII characters without blanks and commas.";
    private const string Audience = "expected the audience of the app's callers, such as the client id of its app registration.";
    private const string Origin = "expected https://host or http://host:port, several separated by commas, or *.";

    [Theory]
    [InlineData("Api", "", "Comet__Api is missing: " + Api)]
    [InlineData("Api", "app.example", "Comet__Api is 'app.example': " + Api)]
    [InlineData("Api", "ftp://app.example", "Comet__Api is 'ftp://app.example': " + Api)]
    [InlineData("Api", "https://user:s3cret@app.example", "Comet__Api has more than an address: " + Api)]
    [InlineData("Api", "https://app.example/?code=s3cret", "Comet__Api has more than an address: " + Api)]
    [InlineData("ApiKey", "s3cret\n", "Comet__ApiKey is no key: expected printable ASCII characters without blanks.")]
    [InlineData("CallerKey", "s3cret-s3cret-s3cret,", "Comet__CallerKey is no key: " + Key)]
    [InlineData("CallerKey", "s3cret", "Comet__CallerKey is no key: " + Key)]
    [InlineData("CallerAudience", "api://g oim", "Comet__CallerAudience is 'api://g oim': " + Audience)]
    [InlineData("CallerAudience", "api://goim/.default", "Comet__CallerAudience is 'api://goim/.default': " + Audience)]
    [InlineData("ServerId", "2147483648", "Comet__ServerId is '2147483648': expected a whole number.")]
    [InlineData("TcpPort", "65536", "Comet__TcpPort is 65536: expected 1 to 65535, or 0 for none.")]
    [InlineData("TcpPort", "-1", "Comet__TcpPort is -1: expected 1 to 65535, or 0 for none.")]
    [InlineData("MonitorPort", "65536", "Comet__MonitorPort is 65536: expected 1 to 65535, or 0 for every HTTP port.")]
    [InlineData("MaxConnections", "0", "Comet__MaxConnections is 0: expected 1 to 10000000.")]
    [InlineData("MaxConnections", "10000001", "Comet__MaxConnections is 10000001: expected 1 to 10000000.")]
    [InlineData("HandshakeTimeout", "00:00:00.0990000", "Comet__HandshakeTimeout is 00:00:00.0990000: expected 00:00:00.1 to 00:10:00.")]
    [InlineData("HandshakeTimeout", "00:10:01", "Comet__HandshakeTimeout is 00:10:01: expected 00:00:00.1 to 00:10:00.")]
    [InlineData("HandshakeTimeout", "soon", "Comet__HandshakeTimeout is 'soon': expected a time such as 00:00:30.")]
    [InlineData("HeartbeatTimeout", "00:00:00.9990000", "Comet__HeartbeatTimeout is 00:00:00.9990000: expected 00:00:01 to 1.00:00:00.")]
    [InlineData("HeartbeatTimeout", "1.00:00:01", "Comet__HeartbeatTimeout is 1.00:00:01: expected 00:00:01 to 1.00:00:00.")]
    [InlineData("DrainTime", "-00:00:01", "Comet__DrainTime is -00:00:01: expected 00:00:00 to 01:00:00.")]
    [InlineData("DrainTime", "01:00:01", "Comet__DrainTime is 01:00:01: expected 00:00:00 to 01:00:00.")]
    [InlineData("QueueMessages", "0", "Comet__QueueMessages is 0: expected 1 to 1000000.")]
    [InlineData("QueueMessages", "1000001", "Comet__QueueMessages is 1000001: expected 1 to 1000000.")]
    [InlineData("QueueBytes", "1023", "Comet__QueueBytes is 1023: expected 1024 to 1073741824.")]
    [InlineData("QueueBytes", "1073741825", "Comet__QueueBytes is 1073741825: expected 1024 to 1073741824.")]
    [InlineData("MergeWindow", "-00:00:01", "Comet__MergeWindow is -00:00:01: expected 00:00:00 to 00:00:01.")]
    [InlineData("MergeWindow", "00:00:01.0010000", "Comet__MergeWindow is 00:00:01.0010000: expected 00:00:00 to 00:00:01.")]
    [InlineData("AllowedOrigins", "https://a.example,b.example", "Comet__AllowedOrigins has 'b.example': " + Origin)]
    [InlineData("AllowedOrigins", "https://a.example/", "Comet__AllowedOrigins has 'https://a.example/': " + Origin)]
    [InlineData("AllowedOrigins", "https://a.example:443", "Comet__AllowedOrigins has 'https://a.example:443': " + Origin)]
    [InlineData("AllowedOrigins", "null", "Comet__AllowedOrigins has 'null': " + Origin)]
    [InlineData("Embedded", "2", "Comet__Embedded is '2': expected true or false.")]
    public void A_bad_setting_is_named_with_what_was_expected(string name, string value, string sentence) =>
        Assert.Equal(sentence, Problem((name, value)));

    [Fact]
    public void A_comet_is_one_caller_only() => Assert.Equal(
        "Comet__CallerKey is set with Comet__CallerAudience: expected one of them, the app takes one credential.",
        Problem(("CallerKey", "s3cret-s3cret-s3cret"), ("CallerAudience", "api://goim")));

    [Fact]
    public void An_identity_is_for_an_audience_and_has_a_client_id()
    {
        const string ClientId = "8f14e45f-ceea-467a-9a36-dedd4bea2543";
        Assert.Null(Problem(("CallerAudience", "api://goim"), ("CallerIdentity", ClientId)));
        Assert.Equal(
            "Comet__CallerIdentity is set without Comet__CallerAudience: expected the audience of the app too.",
            Problem(("CallerIdentity", ClientId)));
        Assert.Equal(
            "Comet__CallerIdentity is 'id-comet': expected the client id of a managed identity, a GUID.",
            Problem(("CallerAudience", "api://goim"), ("CallerIdentity", "id-comet")));
    }

    [Fact]
    public void A_group_may_have_249_characters()
    {
        Assert.Null(Problem(("Group", new string('g', 249))));
        Assert.Equal("Comet__Group has 250 characters: expected 1 to 249.", Problem(("Group", new string('g', 250))));
    }

    [Theory]
    [InlineData("Api", "http://localhost:7071/")]
    [InlineData("ServerId", "-2147483648")]
    [InlineData("CallerKey", "0123456789abcdef")]
    [InlineData("CallerAudience", "8f14e45f-ceea-467a-9a36-dedd4bea2543")]
    [InlineData("ServerId", "")]
    [InlineData("TcpPort", "0")]
    [InlineData("MergeWindow", "00:00:00")]
    [InlineData("DrainTime", "01:00:00")]
    [InlineData("AllowedOrigins", "*")]
    [InlineData("AllowedOrigins", "https://a.example, http://LOCALHOST:8000")]
    [InlineData("Group", "")]
    public void Other_values_are_taken(string name, string value) => Assert.Null(Problem((name, value)));

    // Null if the settings are valid.
    private static string? Problem(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?> { ["Comet:Api"] = "https://app.example" };
        foreach (var (name, value) in settings)
        {
            all[$"Comet:{name}"] = value;
        }

        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(all).Build())
            .AddCometSettings()
            .BuildServiceProvider();
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            return null;
        }
        catch (OptionsValidationException wrong)
        {
            return wrong.Message;
        }
    }
}
