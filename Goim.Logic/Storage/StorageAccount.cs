using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Goim.Logic.Storage;

/// <summary>How queues and blob containers of the app's storage are opened.</summary>
internal static class StorageAccount
{
    /// <summary>A queue whose messages are base64, as the queue trigger has them.</summary>
    public static QueueClient Queue(StorageOptions storage, string name, Func<QueueMessage, Task>? undecodable = null)
    {
        var options = Impatient(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 }, TimeSpan.FromSeconds(3));
        if (undecodable is not null)
        {
            options.MessageDecodingFailed += received => received.ReceivedMessage is { } message ? undecodable(message) : Task.CompletedTask;
        }

        return string.IsNullOrEmpty(storage.ConnectionString)
            ? new QueueClient(new Uri(storage.QueueService!, name), Credential(storage), options)
            : new QueueClient(storage.ConnectionString, name, options);
    }

    public static BlobContainerClient Container(StorageOptions storage, string name)
    {
        var options = Impatient(new BlobClientOptions(), TimeSpan.FromSeconds(5));
        return string.IsNullOrEmpty(storage.ConnectionString)
            ? new BlobContainerClient(new Uri(storage.BlobService!, name), Credential(storage), options)
            : new BlobContainerClient(storage.ConnectionString, name, options);
    }

    /// <summary>Whether a call to the storage failed because of the storage, or of the way to it.</summary>
    public static bool IsFault(Exception failure) =>
        failure is RequestFailedException or AuthenticationFailedException or AggregateException or OperationCanceledException or IOException;

    // A caller waits for the answer, so it gives up soon.
    private static TOptions Impatient<TOptions>(TOptions options, TimeSpan patience)
        where TOptions : ClientOptions
    {
        options.Retry.MaxRetries = 1;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.NetworkTimeout = patience;
        return options;
    }

    private static TokenCredential Credential(StorageOptions storage) => storage.Credential == "managedidentity"
        ? new ManagedIdentityCredential(string.IsNullOrEmpty(storage.ClientId) ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(storage.ClientId))
        : new DefaultAzureCredential();
}
