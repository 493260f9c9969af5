using System.Globalization;
using System.Text;

namespace Goim.Benchmarks.Load;

/// <summary>Writes the requests of a route, with users and rooms chosen at random.</summary>
internal sealed class RequestWriter(LoadShape shape, Population population, Uri url)
{
    private readonly Random random = new(1);
    private readonly long[] users = [.. Enumerable.Range(0, population.Users).Select(user => population.FirstUser + user)];
    private readonly string message = new('m', shape.Bytes);

    // A JSON string of shape.Bytes bytes, quotes included; at least the 2 bytes of the empty string.
    private readonly string json = $"\"{new string('m', Math.Max(0, shape.Bytes - 2))}\"";

    /// <summary>The values of <c>--route</c>.</summary>
    public static string[] Routes { get; } =
    [
        "push/all", "push/room", "push", "pushs", "push/batch",
        "count", "count/server", "connect",
        "router/put", "router/mput", "router/get", "router/mget",
    ];

    /// <summary>Whether a request of the route has many users.</summary>
    public static bool HasMany(string route) => route is "pushs" or "push/batch" or "router/mget" or "router/mput";

    /// <summary>Whether all requests of the route are the same.</summary>
    public bool IsFixed => shape.Route is "push/all" or "count" or "count/server";

    public byte[] Write() => shape.Route switch
    {
        "push/all" => Push("/1/push/all", message),
        "push/room" => Push($"/1/push/room?rid={Room()}", message),
        "push" => Push($"/1/push?uid={User()}", message),
        "pushs" => Push("/1/pushs", $$"""{"m":{{json}},"u":[{{string.Join(',', Distinct())}}]}"""),
        "push/batch" => Push("/1/push/batch", string.Concat(Distinct().Select(user => $$"""{"uid":{{user}},"m":{{json}}}""" + "\n"))),
        "count" => Get("/1/count?type=room"),
        "count/server" => Get("/1/count?type=server"),
        "connect" => Post("/1/connect", $$"""{"token":"{{User()}}","server":{{Server()}}}"""),
        "router/put" => Post("/1/router/put", Put(User())),
        "router/mput" => Post("/1/router/mput", $$"""{"puts":[{{string.Join(',', Distinct().Select(Put))}}]}"""),
        "router/get" => Get($"/1/router/get?uid={User()}"),
        "router/mget" => Post("/1/router/mget", $$"""{"userIds":[{{string.Join(',', Distinct())}}]}"""),
        _ => throw new ArgumentException($"--route is '{shape.Route}': expected {string.Join(", ", Routes)}."),
    };

    private long User() => population.FirstUser + random.Next(population.Users);

    private string Put(long user) => $$"""{"userId":{{user}},"server":{{Server()}},"roomId":{{Room()}}}""";

    private int Server() => random.Next(population.Servers) + 1;

    private int Room() => population.FirstRoom + random.Next(population.Rooms);

    // Distinct users at random: the first steps of a Fisher-Yates shuffle of the array that the previous request has shuffled.
    private ArraySegment<long> Distinct()
    {
        for (var i = 0; i < shape.UsersPerPush; i++)
        {
            var other = random.Next(i, users.Length);
            (users[i], users[other]) = (users[other], users[i]);
        }

        return new ArraySegment<long>(users, 0, shape.UsersPerPush);
    }

    private byte[] Push(string path, string body) =>
        Post(shape.Ack is null ? path : $"{path}{(path.Contains('?') ? '&' : '?')}ack={shape.Ack}", body);

    private byte[] Post(string path, string body) =>
        Request("POST", path, string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n"), body);

    private byte[] Get(string path) => Request("GET", path, "", "");

    private byte[] Request(string method, string path, string contentLength, string body)
    {
        var headers = string.Concat(shape.Headers.Select(header => header + "\r\n"));
        return Encoding.ASCII.GetBytes(
            $"{method} {url.AbsolutePath.TrimEnd('/')}{path} HTTP/1.1\r\nHost: {url.Authority}\r\n{headers}{contentLength}\r\n{body}");
    }
}
