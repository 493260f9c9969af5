using System.Text;
using System.Text.Json;

namespace Goim.Functions.Tests.Integration.Functions;

/// <summary>One case of <c>Vectors/kafka.json</c>: what the genuine goim v1 did.</summary>
public sealed class Vector
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);
    private static readonly Lazy<Dictionary<string, Vector>> Cases = new(static () =>
        JsonSerializer.Deserialize<Vector[]>(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors", "kafka.json")), Web)!
            .ToDictionary(vector => vector.Name));

    public required string Name { get; init; }

    public required HttpCall Request { get; init; }

    public HttpCall[] Before { get; init; } = [];

    public string[] RoutersDown { get; init; } = [];

    public required Registered[] Sessions { get; init; }

    public required Answered Response { get; init; }

    public required Sent[] Records { get; init; }

    public bool Unordered { get; init; }

    public static IEnumerable<string> Names => Cases.Value.Keys;

    public static Vector Of(string name) => Cases.Value[name];

    public override string ToString() => Name;

    public sealed record HttpCall(
        string Method, string Path, string Query, string? Body, string? BodyBase64, Repeat? BodyRepeat, string? ContentType)
    {
        public byte[] Bytes => BodyBase64 is not null ? Convert.FromBase64String(BodyBase64)
            : BodyRepeat is not null ? Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(BodyRepeat.Text, BodyRepeat.Count)))
            : Encoding.UTF8.GetBytes(Body ?? "");
    }

    public sealed record Repeat(string Text, int Count);

    public sealed record Registered(long Uid, int Seq, int Server, int Room, string Router);

    public sealed record Answered(int Status, string Body);

    public sealed record Sent(string? KeyHex, string? ValueUtf8, int? ValueLen, string? ValueSha256);
}
