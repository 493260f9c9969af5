using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Goim.Client.Answers;
using Goim.Client.Calls;

namespace Goim.Client;

/// <content>Who is connected, and ending connections.</content>
public sealed partial class GoimClient
{
    /// <summary>Disconnects all connections of a user. Their clients are told the reason, and not to connect again.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="reason">At most 200 bytes in UTF-8. Null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>How many sessions there are.</returns>
    public Task<long> KickAsync(long userId, string? reason = null, CancellationToken cancellationToken = default) =>
        KickAsync($"uid={Text(userId)}", reason, SessionsOf, cancellationToken);

    /// <summary>Disconnects one connection. Its client is told the reason, and not to connect again.</summary>
    /// <param name="key">Its sub key, <c>{user id}_{number}</c>.</param>
    /// <param name="reason">At most 200 bytes in UTF-8. Null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Whether there is such a connection.</returns>
    public Task<bool> KickConnectionAsync(string key, string? reason = null, CancellationToken cancellationToken = default) =>
        KickAsync(
            $"key={Uri.EscapeDataString(key ?? throw new ArgumentNullException(nameof(key)))}",
            reason, static data => SessionsOf(data) > 0, cancellationToken);

    /// <summary>
    /// Disconnects all connections of a comet server, spread over its drain time. Their clients are told the reason, and to connect again.
    /// </summary>
    /// <param name="server">The comet server's id.</param>
    /// <param name="reason">At most 200 bytes in UTF-8. Null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task KickServerAsync(int server, string? reason = null, CancellationToken cancellationToken = default) =>
        KickAsync($"server={Text(server)}", reason, static _ => true, cancellationToken);

    /// <summary>How many sessions and users there are: at most 1 s old.</summary>
    public Task<TotalCount> CountAsync(CancellationToken cancellationToken = default) =>
        ReadAsync(
            "Count", "1/count?type=total",
            static data => new TotalCount(SessionsOf(data), data.GetProperty("users").GetInt64()), cancellationToken);

    /// <summary>How many sessions are in a room, now. Room -1 stands for no room.</summary>
    public Task<long> CountAsync(int room, CancellationToken cancellationToken = default) =>
        ReadAsync("Count", $"1/count?type=room&rid={Text(room)}", SessionsOf, cancellationToken);

    /// <summary>How many sessions are in each room: at most 1 s old.</summary>
    public Task<IReadOnlyList<RoomCount>> CountRoomsAsync(CancellationToken cancellationToken = default) =>
        CountEachAsync(
            "room", static each => new RoomCount(each.GetProperty("RoomId").GetInt32(), each.GetProperty("Count").GetInt64()),
            cancellationToken);

    /// <summary>How many sessions each comet server has: at most 1 s old.</summary>
    public Task<IReadOnlyList<ServerCount>> CountServersAsync(CancellationToken cancellationToken = default) =>
        CountEachAsync(
            "server", static each => new ServerCount(each.GetProperty("Server").GetInt32(), each.GetProperty("Count").GetInt64()),
            cancellationToken);

    /// <summary>
    /// Lists who is in a room, in no promised order. Who comes or goes meanwhile may be listed or not. If a page is refused because a
    /// router node is gone, begin again.
    /// </summary>
    /// <param name="room">The room, not -1.</param>
    /// <param name="pageSize">Users of a page: 1 to 10,000.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    public async IAsyncEnumerable<RoomUser> RoomUsersAsync(
        int room, int pageSize = 1_000, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? after = null;
        do
        {
            var page = $"1/room/users?rid={Text(room)}&limit={Text(pageSize)}&after={Uri.EscapeDataString(after ?? "")}";
            (var users, after) = await ReadAsync(
                "RoomUsers", page, static data => (UsersOf(data), data.GetProperty("next").GetString()), cancellationToken)
                .ConfigureAwait(false);
            foreach (var user in users)
            {
                yield return user;
            }
        }
        while (after is not null);
    }

    // A second kick would also end connections that were made meanwhile.
    private async Task<T> KickAsync<T>(string target, string? reason, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        var path = reason is null ? $"1/kick?{target}" : $"1/kick?{target}&reason={Uri.EscapeDataString(reason)}";
        var request = new Request("Kick", HttpMethod.Post, path) { IsRepeatable = false };
        var reply = await app.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return reply.TryRead(read, out var value) ? value : throw Failed(reply, PushAnswer.Of(reply, PushAck.Broker));
    }

    private async Task<T> ReadAsync<T>(string operation, string path, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        var request = new Request(operation, HttpMethod.Get, path) { IsRepeatable = true };
        var reply = await app.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return reply.TryRead(read, out var value) ? value : throw Failed(reply, result: null);
    }

    private Task<IReadOnlyList<T>> CountEachAsync<T>(string type, Func<JsonElement, T> read, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<T>>(
            "Count", $"1/count?type={type}", data => [.. data.EnumerateArray().Select(read)], cancellationToken);

    private static long SessionsOf(JsonElement data) => data.GetProperty("sessions").GetInt64();

    private static RoomUser[] UsersOf(JsonElement data) =>
    [
        .. data.GetProperty("users").EnumerateArray().Select(static user =>
        {
            var userId = user.GetProperty("userId").GetInt64();
            var sessions = user.GetProperty("sessions").EnumerateArray();
            return new RoomUser(userId, [.. sessions.Select(session => ConnectionOf(userId, session))]);
        }),
    ];

    private static RoomConnection ConnectionOf(long userId, JsonElement session) => new(
        FormattableString.Invariant($"{userId}_{session.GetProperty("seq").GetInt32()}"), session.GetProperty("server").GetInt32());

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
