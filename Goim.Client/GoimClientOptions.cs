using Azure.Core;

namespace Goim.Client;

/// <summary>Where the app is, who calls it, and how long a call may take.</summary>
public sealed class GoimClientOptions
{
    /// <summary>Address of the app, such as <c>https://my-app.azurewebsites.net</c>. May have a path. Required.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>Key of a caller, the header <c>x-goim-key</c>. Null for none.</summary>
    public string? CallerKey { get; set; }

    /// <summary>A function key, the header <c>x-functions-key</c>. Null for none.</summary>
    public string? FunctionKey { get; set; }

    /// <summary>The identity whose bearer token is sent. Needs <see cref="TokenScope"/>. Null for none.</summary>
    public TokenCredential? Credential { get; set; }

    /// <summary>The scope of the bearer token, such as <c>api://{application id}/.default</c>. Null without a credential.</summary>
    public string? TokenScope { get; set; }

    /// <summary>
    /// Whether keys and tokens may be sent over <c>http</c> to a host other than this machine. False unless set: everyone on the way could
    /// read them.
    /// </summary>
    public bool AllowCredentialsOverHttp { get; set; }

    /// <summary>
    /// Whether a push has the header <c>Idempotency-Key</c>, so that a repeat sends nothing twice. True unless set. The app needs storage
    /// for it: it refuses the key without <c>AzureWebJobsStorage</c>.
    /// </summary>
    public bool UseIdempotencyKeys { get; set; } = true;

    /// <summary>How long a call may take with all its attempts: 1 s to 10 min, 60 s unless set. Of a list or batch, each request.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long one attempt may take: 1 s to 10 min, 40 s unless set. The app answers an acknowledged push after its
    /// <c>KafkaDeliveryTimeout</c> at the latest, 30 s by default: with less time, the answer that says what is on the topic is lost.
    /// </summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(40);

    /// <summary>
    /// How long after an attempt, of which it is not known what it has done, a repeat is sent. The app holds the key of a request that has
    /// crashed for 60 s; after that, a repeat would be a new push.
    /// </summary>
    internal TimeSpan SafeRepeatTime { get; set; } = TimeSpan.FromSeconds(45);

    internal bool HasCredentials => CallerKey is not null || FunctionKey is not null || Credential is not null;
}
