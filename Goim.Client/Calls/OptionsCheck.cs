using Microsoft.Extensions.Options;

namespace Goim.Client.Calls;

/// <summary>Checks the options. Never quotes a key.</summary>
internal sealed class OptionsCheck : IValidateOptions<GoimClientOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromMinutes(10);

    public ValidateOptionsResult Validate(string? name, GoimClientOptions options)
    {
        string?[] problems =
        [
            Address(options),
            Key(nameof(GoimClientOptions.CallerKey), options.CallerKey),
            Key(nameof(GoimClientOptions.FunctionKey), options.FunctionKey),
            Scope(options),
            Time(nameof(GoimClientOptions.Timeout), options.Timeout),
            Time(nameof(GoimClientOptions.AttemptTimeout), options.AttemptTimeout),
        ];
        var found = problems.OfType<string>().ToArray();
        return found.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }

    private static string? Address(GoimClientOptions options) =>
        options.BaseAddress is not { } address
            ? "BaseAddress is missing: expected the app's address, such as https://my-app.azurewebsites.net."
            : !address.IsAbsoluteUri || address.Scheme is not ("http" or "https") || address.Query.Length + address.Fragment.Length > 0
                || address.UserInfo.Length > 0
            ? $"BaseAddress is '{Shown(address)}': expected http:// or https:// and a host, without a user, a query and a fragment."
            : options.HasCredentials && address is { Scheme: "http", IsLoopback: false } && !options.AllowCredentialsOverHttp
            ? $"BaseAddress is '{address}': expected https, since keys and tokens are sent (AllowCredentialsOverHttp)."
            : null;

    // Without what may be a secret.
    private static string Shown(Uri address) =>
        address.IsAbsoluteUri
            ? address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
            : "relative";

    private static string? Key(string name, string? key) =>
        key is null || (key.Length > 0 && key.All(static letter => letter is > ' ' and < (char)0x7f))
            ? null
            : $"{name} is no key: expected visible ASCII characters.";

    private static string? Scope(GoimClientOptions options) =>
        options.Credential is null == string.IsNullOrEmpty(options.TokenScope)
            ? null
            : options.Credential is null
            ? "TokenScope is set and Credential is not: expected both or none."
            : "Credential is set and TokenScope is not: expected both or none.";

    private static string? Time(string name, TimeSpan time) =>
        time >= Shortest && time <= Longest
            ? null
            : FormattableString.Invariant($"{name} is {time}: expected 00:00:01 to 00:10:00.");
}
