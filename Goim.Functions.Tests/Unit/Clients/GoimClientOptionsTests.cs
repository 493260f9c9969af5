using Azure.Identity;
using Goim.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Unit.Clients;

/// <summary>Options that are not valid are refused with what was expected, and without the keys.</summary>
public sealed class GoimClientOptionsTests
{
    private const string App = "https://app.example";
    private const string Form = ": expected http:// or https:// and a host, without a user, a query and a fragment.";

    public static TheoryData<string, GoimClientOptions> Bad => new()
    {
        { "BaseAddress is missing: expected the app's address, such as https://my-app.azurewebsites.net.", new() },
        { $"BaseAddress is 'relative'{Form}", At("app", UriKind.Relative) },
        { $"BaseAddress is 'ftp://app.example/'{Form}", At("ftp://app.example/") },
        { $"BaseAddress is 'https://app.example/'{Form}", At($"{App}/?code=secret") },
        { $"BaseAddress is 'https://app.example/'{Form}", At("https://me:secret@app.example/") },
        {
            "BaseAddress is 'http://app.example/': expected https, since keys and tokens are sent (AllowCredentialsOverHttp).",
            At("http://app.example", set: static options => options.FunctionKey = "secret")
        },
        { "CallerKey is no key: expected visible ASCII characters.", At(App, set: static options => options.CallerKey = "secret\n") },
        { "FunctionKey is no key: expected visible ASCII characters.", At(App, set: static options => options.FunctionKey = "") },
        { "TokenScope is set and Credential is not: expected both or none.", At(App, set: static options => options.TokenScope = "s") },
        {
            "Credential is set and TokenScope is not: expected both or none.",
            At(App, set: static options => options.Credential = new DefaultAzureCredential())
        },
        {
            "Timeout is 00:00:00.5000000: expected 00:00:01 to 00:10:00.",
            At(App, set: static options => options.Timeout = TimeSpan.FromSeconds(0.5))
        },
        {
            "AttemptTimeout is 00:11:00: expected 00:00:01 to 00:10:00.",
            At(App, set: static options => options.AttemptTimeout = TimeSpan.FromMinutes(11))
        },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Bad_options_are_refused(string sentence, GoimClientOptions options)
    {
        var services = new ServiceCollection();
        services.AddGoimClient(given => Copy(options, given));
        using var provider = services.BuildServiceProvider();

        Assert.Equal([sentence], Assert.Throws<OptionsValidationException>(provider.GetRequiredService<GoimClient>).Failures);
        Assert.Equal([sentence], Assert.Throws<OptionsValidationException>(() => new GoimClient(new HttpClient(), options)).Failures);
        Assert.Equal(
            [sentence],
            Assert.Throws<OptionsValidationException>(provider.GetRequiredService<IStartupValidator>().Validate).Failures);
    }

    [Theory]
    [InlineData("http://localhost:7071", false)]
    [InlineData("http://app.internal", true)]
    [InlineData("https://app.example/behind/a/path", false)]
    public void Keys_go_over_http_on_this_machine_or_where_it_is_allowed(string address, bool isAllowed)
    {
        var options = At(address, set: static options => options.CallerKey = "secret");
        options.AllowCredentialsOverHttp = isAllowed;

        using var client = new GoimClient(new HttpClient(), options);
    }

    private static GoimClientOptions At(string address, UriKind kind = UriKind.Absolute, Action<GoimClientOptions>? set = null)
    {
        var options = new GoimClientOptions { BaseAddress = new Uri(address, kind) };
        set?.Invoke(options);
        return options;
    }

    private static void Copy(GoimClientOptions from, GoimClientOptions to)
    {
        foreach (var property in typeof(GoimClientOptions).GetProperties())
        {
            property.SetValue(to, property.GetValue(from));
        }
    }
}
