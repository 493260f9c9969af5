using System.Globalization;
using System.Text;

namespace Goim.Benchmarks.Load;

/// <summary>Writes the requests of a route, each for other users or another room.</summary>
internal sealed class LoadRoute(LoadOptions load, Uri host, int seed)
{
    private const int Rooms = 1_000;
    private readonly Random random = new(seed);
    private readonly string message = new('m', load.Bytes);
    private byte[]? fixedRequest;

    public static string[] Names => ["push/all", "push/room", "push", "pushs", "push/batch", "count"];

    public byte[] Next() => load.Route switch
    {
        "push/all" => fixedRequest ??= Post("/1/push/all", "", message),
        "push/room" => Post("/1/push/room", $"rid={random.Next(Rooms)}", message),
        "push" => Post("/1/push", $"uid={User()}", message),
        "pushs" => Post("/1/pushs", "", $$"""{"m":"{{message}}","u":[{{string.Join(',', Enumerable.Range(0, load.UsersPerPush).Select(_ => User()))}}]}"""),
        "push/batch" => Post("/1/push/batch", "", string.Concat(Enumerable.Range(0, load.UsersPerPush).Select(_ => $$"""{"uid":{{User()}},"m":"{{message}}"}""" + "\n"))),
        "count" => fixedRequest ??= Encoding.ASCII.GetBytes($"GET /1/count?type=room HTTP/1.1\r\nHost: {host.Authority}\r\n\r\n"),
        _ => throw new ArgumentException($"--route is '{load.Route}': expected {string.Join(", ", Names)}."),
    };

    private string User() => (random.Next(load.Users) + 1).ToString(CultureInfo.InvariantCulture);

    private byte[] Post(string path, string query, string body)
    {
        var parameters = string.Join('&', new[] { query, load.Ack is null ? "" : $"ack={load.Ack}" }.Where(parameter => parameter.Length > 0));
        return Encoding.ASCII.GetBytes($"POST {path}{(parameters.Length > 0 ? "?" : "")}{parameters} HTTP/1.1\r\nHost: {host.Authority}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }
}
