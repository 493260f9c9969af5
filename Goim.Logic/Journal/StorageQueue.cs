using Azure.Core;
using Azure.Identity;
using Azure.Storage.Queues;

namespace Goim.Logic.Journal;

/// <summary>How a queue of the app's storage is opened.</summary>
internal static class StorageQueue
{
    /// <summary>A queue whose messages are base64, as the queue trigger has them.</summary>
    public static QueueClient Open(StorageOptions storage, string name)
    {
        // A caller waits for this, so it gives up soon.
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
        options.Retry.MaxRetries = 1;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(3);
        return string.IsNullOrEmpty(storage.ConnectionString)
            ? new QueueClient(new Uri(storage.QueueService!, name), Credential(storage), options)
            : new QueueClient(storage.ConnectionString, name, options);
    }

    private static TokenCredential Credential(StorageOptions storage) => storage.Credential == "managedidentity"
        ? new ManagedIdentityCredential(string.IsNullOrEmpty(storage.ClientId) ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(storage.ClientId))
        : new DefaultAzureCredential();
}
