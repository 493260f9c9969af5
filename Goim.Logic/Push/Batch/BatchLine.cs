using System.Text.Json;

namespace Goim.Logic.Push.Batch;

/// <summary>
/// One line of a batch: <c>{"uid":42,"m":…}</c>, <c>{"u":[…],"m":…}</c>, <c>{"key":"42_1","m":…}</c>,
/// <c>{"rid":1,"ensure":true,"m":…}</c> or <c>{"all":true,"m":…}</c>, each with <c>except</c> and <c>ttl</c>.
/// </summary>
/// <param name="Target">The recipients.</param>
/// <param name="UserIds">
/// The users of a <see cref="PushKind.Users"/>, <see cref="PushKind.User"/> or <see cref="PushKind.Key"/> push: each once, in order.
/// </param>
/// <param name="Message">The raw text of <c>m</c>, byte for byte.</param>
internal sealed record BatchLine(PushTarget Target, ReadOnlyMemory<long> UserIds, ReadOnlyMemory<byte> Message)
{
    /// <summary>What an error says was expected.</summary>
    public const string Shape =
        """{"uid":42,"m":…}, {"u":[42,43],"m":…}, {"key":"42_1","m":…}, {"rid":1,"ensure":true,"m":…} or {"all":true,"m":…}""";

    /// <summary>
    /// Reads a line. More than <paramref name="maxUsers"/> ids are refused. Members match exactly. The last of a repeated one wins.
    /// </summary>
    public static Outcome<BatchLine> Parse(ReadOnlyMemory<byte> line, int maxUsers)
    {
        try
        {
            return new BatchLineReader(line, maxUsers).Read();
        }
        catch (JsonException invalid)
        {
            return new Problem(
                ProblemKind.BadInput,
                $"it is no JSON at byte {invalid.BytePositionInLine}: expected {Shape}, nested {PushJson.MaxDepth} levels at most.");
        }
    }
}
