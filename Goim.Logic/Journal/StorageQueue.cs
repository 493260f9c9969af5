using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Goim.Logic.Journal;

/// <summary>How a queue of the app's storage is opened.</summary>
internal static class StorageQueue
{
    /// <summary>A queue whose messages are base64, as the queue trigger has them.</summary>
    public static QueueClient Open(StorageOptions storage, string name, Func<QueueMessage, Task>? undecodable = null)
    {
        // A caller waits for this, so it gives up soon.
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
        if (undecodable is not null)
        {
            options.MessageDecodingFailed += received => received.ReceivedMessage is { } message ? undecodable(message) : Task.CompletedTask;
        }

        options.Retry.MaxRetries = 1;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(3);
        return string.IsNullOrEmpty(storage.ConnectionString)
            ? new QueueClient(new Uri(storage.QueueService!, name), Credential(storage), options)
            : new QueueClient(storage.ConnectionString, name, options);
    }

    /// <summary>Whether a call to the storage failed because of the storage, or of the way to it.</summary>
    public static bool IsFault(Exception failure) =>
        failure is RequestFailedException or AuthenticationFailedException or AggregateException or OperationCanceledException or IOException;

    private static TokenCredential Credential(StorageOptions storage) => storage.Credential == "managedidentity"
        ? new ManagedIdentityCredential(string.IsNullOrEmpty(storage.ClientId) ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(storage.ClientId))
        : new DefaultAzureCredential();
}
