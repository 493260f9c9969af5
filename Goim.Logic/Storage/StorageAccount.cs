using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Goim.Logic.Storage;

/// <summary>Opens queues and blob containers of the app's storage.</summary>
internal static class StorageAccount
{
    /// <summary>A queue whose messages are base64, as the queue trigger expects.</summary>
    /// <param name="storage">The storage.</param>
    /// <param name="name">Name of the queue.</param>
    /// <param name="undecodable">Gets each message that is not base64. Null throws instead.</param>
    public static QueueClient Queue(StorageOptions storage, string name, Func<QueueMessage, Task>? undecodable = null)
    {
        var options = WithShortRetry(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 }, TimeSpan.FromSeconds(3));
        if (undecodable is not null)
        {
            options.MessageDecodingFailed += received =>
                received.ReceivedMessage is { } message ? undecodable(message) : Task.CompletedTask;
        }

        return string.IsNullOrEmpty(storage.ConnectionString)
            ? new QueueClient(new Uri(storage.QueueService!, name), Credential(storage), options)
            : new QueueClient(storage.ConnectionString, name, options);
    }

    /// <summary>A blob container.</summary>
    public static BlobContainerClient Container(StorageOptions storage, string name)
    {
        var options = WithShortRetry(new BlobClientOptions(), TimeSpan.FromSeconds(5));
        return string.IsNullOrEmpty(storage.ConnectionString)
            ? new BlobContainerClient(new Uri(storage.BlobService!, name), Credential(storage), options)
            : new BlobContainerClient(storage.ConnectionString, name, options);
    }

    /// <summary>Whether an exception comes from the storage or from the network, not from a defect of ours.</summary>
    public static bool IsFault(Exception failure) =>
        failure is RequestFailedException or AuthenticationFailedException or AggregateException
            or OperationCanceledException or IOException;

    /// <summary>The storage's own time when it answered, in whole seconds.</summary>
    public static DateTimeOffset TimeOf(Response response) =>
        response.Headers.Date ?? throw new RequestFailedException("The storage's answer has no Date header.");

    // A caller waits for the answer.
    private static TOptions WithShortRetry<TOptions>(TOptions options, TimeSpan timeout)
        where TOptions : ClientOptions
    {
        options.Retry.MaxRetries = 1;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.NetworkTimeout = timeout;
        return options;
    }

    private static TokenCredential Credential(StorageOptions storage) => storage.Credential == "managedidentity"
        ? new ManagedIdentityCredential(string.IsNullOrEmpty(storage.ClientId)
            ? ManagedIdentityId.SystemAssigned
            : ManagedIdentityId.FromUserAssignedClientId(storage.ClientId))
        : new DefaultAzureCredential();
}
