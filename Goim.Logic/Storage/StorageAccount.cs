using System.Net.Sockets;
using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace Goim.Logic.Storage;

/// <summary>Opens queues and blob containers of the app's storage.</summary>
internal static class StorageAccount
{
    /// <summary>A queue. Its messages are base64 unless said otherwise, as the queue trigger expects.</summary>
    public static QueueClient Queue(
        StorageOptions storage, string name, QueueMessageEncoding encoding = QueueMessageEncoding.Base64)
    {
        var options = WithShortRetry(new QueueClientOptions { MessageEncoding = encoding }, TimeSpan.FromSeconds(3));
        return string.IsNullOrEmpty(storage.ConnectionString)
            ? new QueueClient(new Uri(storage.QueueService!, name), Credential(storage), options)
            : new QueueClient(storage.ConnectionString, name, options);
    }

    /// <summary>Calls the storage. Creates the queue and calls once more if it does not exist.</summary>
    public static async Task<T> WithQueueAsync<T>(QueueClient queue, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            return await call();
        }
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

    /// <summary>
    /// How a call of the storage failed, for the log after the call's name: <c>timed out</c>, <c>was answered 503 ServerBusy</c>. The
    /// exception's own text may have pages.
    /// </summary>
    public static string ReasonOf(Exception fault) => fault switch
    {
        // Each attempt has failed, and each has its own exception.
        AggregateException { InnerExceptions: [.., var last] } => ReasonOf(last),
        OperationCanceledException or TimeoutException => "timed out",
        RequestFailedException { Status: > 0 } answered => $"was answered {answered.Status} {answered.ErrorCode}".TrimEnd(),
        AuthenticationFailedException => "got no token for the storage",
        SocketException socket => $"had no connection ({socket.SocketErrorCode})",
        { InnerException: { } inner } => ReasonOf(inner),
        _ => $"failed ({fault.GetType().Name})",
    };

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
