using Microsoft.Extensions.Options;

namespace Goim.Logic.Storage;

/// <summary>Checks the <c>AzureWebJobsStorage</c> settings. Never quotes a connection string.</summary>
internal sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (!string.IsNullOrEmpty(options.AccountName) && !options.IsAccountName)
        {
            result.AddError($"AzureWebJobsStorage__accountName is '{options.AccountName}': expected 3 to 24 letters and digits.");
        }

        if (string.IsNullOrEmpty(options.ConnectionString) && options.QueueService is null != options.BlobService is null)
        {
            result.AddError(
                "AzureWebJobsStorage__queueServiceUri and AzureWebJobsStorage__blobServiceUri go together: "
                + "expected both, or AzureWebJobsStorage__accountName.");
        }
        else if (string.IsNullOrEmpty(options.ConnectionString) && !(IsService(options.QueueService) && IsService(options.BlobService)))
        {
            result.AddError(
                "AzureWebJobsStorage__queueServiceUri or AzureWebJobsStorage__blobServiceUri is no address of a service: "
                + "expected https://host.");
        }
        else if (options.IsSet && !CanOpen(options))
        {
            result.AddError(
                "AzureWebJobsStorage is no connection string: expected one, UseDevelopmentStorage=true for Azurite, "
                + "or AzureWebJobsStorage__accountName for an identity.");
        }

        if (options.Credential is not (null or "" or "managedidentity"))
        {
            result.AddError($"AzureWebJobsStorage__credential is '{options.Credential}': expected managedidentity.");
        }

        return result.Build();
    }

    // An identity's token is sent over TLS only.
    private static bool IsService(Uri? address) =>
        address is null || (address.IsAbsoluteUri && address is { Scheme: "https", Query: "", UserInfo: "" });

    private static bool CanOpen(StorageOptions options)
    {
        try
        {
            StorageAccount.Queue(options, "any");
            StorageAccount.Container(options, "any");
            return true;
        }
        catch (Exception unusable) when (unusable is FormatException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
