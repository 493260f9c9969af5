namespace Goim.LocalHost.Pages;

/// <summary>The headers of every file of a page: for the pages of this host only, and asked for again each time.</summary>
internal static class PageHeaders
{
    public static void Add(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-cache";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
