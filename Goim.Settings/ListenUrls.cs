namespace Goim.Settings;

/// <summary>Checks the setting <c>urls</c> (<c>--urls</c>, <c>ASPNETCORE_URLS</c>) before a process listens.</summary>
public static class ListenUrls
{
    /// <summary>Refuses a URL that a process cannot listen on.</summary>
    /// <param name="urls">Several are separated by semicolons. The host may be <c>*</c> or <c>+</c> for every address.</param>
    /// <param name="schemes">Schemes that the process serves.</param>
    /// <exception cref="StartException">A URL is not valid.</exception>
    public static void Check(string urls, params ReadOnlySpan<string> schemes)
    {
        var each = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var url in each.DefaultIfEmpty(""))
        {
            var anyHost = url.Replace("://*", "://any", StringComparison.Ordinal).Replace("://+", "://any", StringComparison.Ordinal);
            if (!Uri.TryCreate(anyHost, UriKind.Absolute, out var parsed)
                || !schemes.Contains(parsed.Scheme)
                || parsed is not { AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" })
            {
                throw new StartException(
                    $"urls is '{urls}': expected {string.Join(" or ", schemes.ToArray())}://host:port, several separated by semicolons.");
            }
        }
    }
}
