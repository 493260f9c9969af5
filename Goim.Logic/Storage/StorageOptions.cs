using Microsoft.Extensions.Configuration;

namespace Goim.Logic.Storage;

/// <summary>
/// Setting <c>AzureWebJobsStorage</c>: a connection string, or with an identity <c>AzureWebJobsStorage__accountName</c> (or
/// <c>__queueServiceUri</c> and <c>__blobServiceUri</c>), <c>__credential</c> and <c>__clientId</c>, as the Functions host reads them.
/// </summary>
public sealed class StorageOptions : ICheckedOptions
{
    public const string Section = "AzureWebJobsStorage";

    /// <summary>Connection string; null with an identity.</summary>
    public string? ConnectionString { get; set; }

    public string? AccountName { get; init; }

    public Uri? QueueServiceUri { get; init; }

    public Uri? BlobServiceUri { get; init; }

    /// <summary><c>managedidentity</c>, or nothing for the environment's default credential.</summary>
    public string? Credential { get; init; }

    /// <summary>Client id of a user-assigned identity.</summary>
    public string? ClientId { get; init; }

    /// <summary>Whether there is storage at all.</summary>
    public bool IsSet => !string.IsNullOrEmpty(ConnectionString) || QueueService is not null || BlobService is not null;

    internal Uri? QueueService => QueueServiceUri ?? ServiceOf("queue");

    internal Uri? BlobService => BlobServiceUri ?? ServiceOf("blob");

    /// <summary>Binds the section: its own value is the connection string.</summary>
    internal void Bind(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        section.Bind(this);
        ConnectionString = section.Value;
    }

    private bool IsAccountName => AccountName is { Length: >= 3 and <= 24 } && AccountName.All(char.IsAsciiLetterOrDigit);

    IEnumerable<string> ICheckedOptions.Problems()
    {
        if (!string.IsNullOrEmpty(AccountName) && !IsAccountName)
        {
            yield return $"AzureWebJobsStorage__accountName is '{AccountName}': expected 3 to 24 letters and digits.";
        }

        if (string.IsNullOrEmpty(ConnectionString) && QueueService is null != BlobService is null)
        {
            yield return "AzureWebJobsStorage__queueServiceUri and AzureWebJobsStorage__blobServiceUri go together: expected both, or AzureWebJobsStorage__accountName.";
        }
        else if (IsSet && !CanOpen())
        {
            yield return "AzureWebJobsStorage is no connection string: expected one, UseDevelopmentStorage=true for Azurite, or AzureWebJobsStorage__accountName for an identity.";
        }

        if (Credential is not (null or "" or "managedidentity"))
        {
            yield return $"AzureWebJobsStorage__credential is '{Credential}': expected managedidentity.";
        }
    }

    // A name that can be none is refused at start.
    private Uri? ServiceOf(string kind) => Uri.TryCreate($"https://{AccountName}.{kind}.core.windows.net", UriKind.Absolute, out var service) && IsAccountName ? service : null;

    private bool CanOpen()
    {
        try
        {
            StorageAccount.Queue(this, "any");
            StorageAccount.Container(this, "any");
            return true;
        }
        catch (Exception unusable) when (unusable is FormatException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
