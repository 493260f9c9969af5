using Goim.Settings;
using Microsoft.Extensions.Configuration;

namespace Goim.Logic.Storage;

/// <summary>
/// Setting <c>AzureWebJobsStorage</c>: a connection string. Or, with an identity, <c>AzureWebJobsStorage__accountName</c> (or
/// <c>__queueServiceUri</c> and <c>__blobServiceUri</c>), <c>__credential</c> and <c>__clientId</c>, as the Functions host reads them.
/// </summary>
public sealed class StorageOptions
{
    public const string Section = "AzureWebJobsStorage";

    /// <summary>Connection string. Null with an identity.</summary>
    public string? ConnectionString { get; set; }

    public string? AccountName { get; init; }

    public Uri? QueueServiceUri { get; init; }

    public Uri? BlobServiceUri { get; init; }

    /// <summary><c>managedidentity</c>, or null for the environment's default credential.</summary>
    public string? Credential { get; init; }

    /// <summary>Client id of a user-assigned identity.</summary>
    public string? ClientId { get; init; }

    /// <summary>Whether there is storage at all.</summary>
    public bool IsSet => !string.IsNullOrEmpty(ConnectionString) || QueueService is not null || BlobService is not null;

    internal Uri? QueueService => QueueServiceUri ?? ServiceOf("queue");

    internal Uri? BlobService => BlobServiceUri ?? ServiceOf("blob");

    internal bool IsAccountName => AccountName is { Length: >= 3 and <= 24 } && AccountName.All(char.IsAsciiLetterOrDigit);

    /// <summary>Reads the section. The connection string is the section's own value.</summary>
    internal void Bind(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        SettingsBinder.Bind(section, this);
        ConnectionString = section.Value;
    }

    // A name that is not valid is refused at start.
    private Uri? ServiceOf(string kind) => IsAccountName ? new Uri($"https://{AccountName}.{kind}.core.windows.net") : null;
}
