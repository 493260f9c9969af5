using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Goim.Comet.Pages;

/// <summary>A file that is embedded in an assembly, and is served as it is.</summary>
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

    public static EmbeddedFile Read(Assembly assembly, string name)
    {
        using var resource = assembly.GetManifestResourceStream(name)!;
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        return new EmbeddedFile(content);
    }

    /// <summary>Answers with the file, or that it has not changed.</summary>
    /// <param name="http">The request.</param>
    /// <param name="type">Media type of the file.</param>
    public Task SendAsync(HttpContext http, string type) => Results.Bytes(content, type, entityTag: tag).ExecuteAsync(http);
}
