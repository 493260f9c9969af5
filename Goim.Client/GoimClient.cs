using System.Net;
using System.Text;
using Goim.Client.Answers;
using Goim.Client.Batches;
using Goim.Client.Calls;
using Microsoft.Extensions.Options;

namespace Goim.Client;

/// <summary>
/// Calls the app. A push returns when it is done, and throws a <see cref="GoimException"/> if it is not: its
/// <see cref="GoimException.Result"/> says what is on the topic all the same. A call is repeated only where a repeat sends nothing twice,
/// for <see cref="GoimClientOptions.Timeout"/> in all. May be used by many threads at once.
/// </summary>
/// <remarks>
/// Arguments that the client can check itself are refused with an <see cref="ArgumentException"/>. A cancelled call throws an
/// <see cref="OperationCanceledException"/>; whether it was carried out is then not known.
/// </remarks>
public sealed partial class GoimClient : IDisposable
{
    private readonly AppCalls app;
    private readonly GoimClientOptions options;

    /// <summary>For programs without dependency injection. With it, use <see cref="GoimClientServices.AddGoimClient"/>.</summary>
    /// <param name="http">Sends the requests. Should not follow redirects, which would take the keys to another host.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="OptionsValidationException">The options are not valid.</exception>
    public GoimClient(HttpClient http, GoimClientOptions options)
        : this(() => http, Checked(options))
    {
    }

    internal GoimClient(Func<HttpClient> connect, GoimClientOptions options)
    {
        this.options = options;
        app = new AppCalls(connect, options);
    }

    /// <summary>Pushes to every session of a user.</summary>
    public Task<PushResult> PushAsync(
        long userId, ReadOnlyMemory<byte> message, PushOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(PushTarget.User(userId), message, options, cancellationToken);

    /// <summary>Pushes a text, as UTF-8, to every session of a user.</summary>
    public Task<PushResult> PushAsync(
        long userId, string message, PushOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(PushTarget.User(userId), Utf8(message), options, cancellationToken);

    /// <summary>Pushes to every session of many users: 1,000,000 by default at most.</summary>
    public Task<PushResult> PushAsync(
        IReadOnlyCollection<long> userIds,
        JsonMessage message,
        PushOptions? options = null,
        CancellationToken cancellationToken = default) =>
        SendAsync(PushTarget.Users(userIds), message, options, cancellationToken);

    /// <summary>Pushes to one connection.</summary>
    /// <param name="key">Its sub key, <c>{user id}_{number}</c>.</param>
    /// <param name="message">The message.</param>
    /// <param name="options">How it is sent.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<PushResult> PushToConnectionAsync(
        string key, ReadOnlyMemory<byte> message, PushOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(PushTarget.Connection(key), message, options, cancellationToken);

    /// <summary>Pushes a text, as UTF-8, to one connection.</summary>
    /// <inheritdoc cref="PushToConnectionAsync(string, ReadOnlyMemory{byte}, PushOptions, CancellationToken)" path="/param"/>
    public Task<PushResult> PushToConnectionAsync(
        string key, string message, PushOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(PushTarget.Connection(key), Utf8(message), options, cancellationToken);

    /// <summary>Pushes to every connection in a room. Room -1 stands for those in no room.</summary>
    public Task<PushResult> PushToRoomAsync(
        int room, ReadOnlyMemory<byte> message, PushOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(PushTarget.Room(room), message, options, cancellationToken);

    /// <summary>Pushes a text, as UTF-8, to every connection in a room. Room -1 stands for those in no room.</summary>
    public Task<PushResult> PushToRoomAsync(
        int room, string message, PushOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(PushTarget.Room(room), Utf8(message), options, cancellationToken);

    /// <summary>Pushes to every connection in several rooms: 10,000 at most.</summary>
    public Task<PushResult> PushToRoomsAsync(
        IReadOnlyCollection<int> rooms,
        JsonMessage message,
        PushOptions? options = null,
        CancellationToken cancellationToken = default) =>
        SendAsync(PushTarget.Rooms(rooms), message, options, cancellationToken);

    /// <summary>Pushes to every connection of every comet server.</summary>
    public Task<PushResult> PushToAllAsync(
        ReadOnlyMemory<byte> message, PushOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(PushTarget.All, message, options, cancellationToken);

    /// <summary>Pushes a text, as UTF-8, to every connection of every comet server.</summary>
    public Task<PushResult> PushToAllAsync(
        string message, PushOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(PushTarget.All, Utf8(message), options, cancellationToken);

    /// <summary>Sends nothing, and says whom a push would reach.</summary>
    public async Task<Recipients> DryRunAsync(
        PushTarget target, JsonMessage message = default, PushOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = PushRequest.Of(
            target ?? throw new ArgumentNullException(nameof(target)), message, options ?? PushOptions.Default, useKey: false, isDry: true);
        var reply = await app.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return reply.TryRead(PushAnswer.Recipients, out var recipients) ? recipients : throw Failed(reply, result: null);
    }

    /// <summary>Releases what the client holds. The <see cref="HttpClient"/> stays as it is.</summary>
    public void Dispose() => app.Dispose();

    private async Task<PushResult> SendAsync(
        PushTarget target, ReadOnlyMemory<byte> message, PushOptions? given, CancellationToken cancellationToken)
    {
        var push = given ?? PushOptions.Default;
        var useKey = push.UseIdempotencyKey ?? (push.IdempotencyKey is not null || options.UseIdempotencyKeys);
        var reply = await app.SendAsync(PushRequest.Of(target, message, push, useKey, isDry: false), cancellationToken)
            .ConfigureAwait(false);
        var result = PushAnswer.Of(reply, push.Ack);
        return result.IsDone ? result : throw Failed(reply, result);
    }

    private static ReadOnlyMemory<byte> Utf8(string message) =>
        Encoding.UTF8.GetBytes(message ?? throw new ArgumentNullException(nameof(message)));

    private static GoimException Failed(Reply reply, PushResult? result) => new(
        reply.Verdict == Verdict.Done ? "The answer of the app lacks what was asked for." : reply.Error,
        reply.Status, result, reply.Failure);

    private static GoimClientOptions Checked(GoimClientOptions options)
    {
        var check = new OptionsCheck().Validate(null, options ?? throw new ArgumentNullException(nameof(options)));
        return check.Failed
            ? throw new OptionsValidationException(nameof(GoimClientOptions), typeof(GoimClientOptions), check.Failures)
            : options;
    }
}
