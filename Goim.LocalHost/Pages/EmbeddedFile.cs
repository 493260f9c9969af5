using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Goim.LocalHost.Pages;

/// <summary>A file of a page, which is embedded in this assembly.</summary>
internal sealed class EmbeddedFile
{
    /// <summary>The methods of a file.</summary>
    public static readonly string[] Reading = ["GET", "HEAD"];

    private readonly byte[] content;
    private readonly EntityTagHeaderValue tag;

    private EmbeddedFile(byte[] content)
    {
        this.content = content;
        tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"");
    }

    public static EmbeddedFile Read(string name)
    {
        using var resource = typeof(EmbeddedFile).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        return new EmbeddedFile(content);
    }

    /// <summary>Answers requests with the file.</summary>
    /// <param name="type">Its media type.</param>
    /// <param name="policy">The Content-Security-Policy of a page.</param>
    public RequestDelegate SendAs(string type, string? policy = null) => http =>
    {
        AddHeaders(http.Response.Headers);
        if (policy is not null)
        {
            http.Response.Headers.ContentSecurityPolicy = policy;
        }

        return Results.Bytes(content, type, entityTag: tag).ExecuteAsync(http);
    };

    /// <summary>The headers of every file: for the pages of this host only, and asked for again each time.</summary>
    public static void AddHeaders(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-cache";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
