using System.Text.Json;

namespace Goim.Logic.Push.Batch;

/// <summary>
/// One line of a batch: <c>{"uid":42,"m":…}</c>, <c>{"u":[…],"m":…}</c>, <c>{"key":"42_1","m":…}</c>,
/// <c>{"rid":1,"ensure":true,"m":…}</c> or <c>{"all":true,"m":…}</c>, each with <c>except</c> and <c>ttl</c>.
/// </summary>
/// <param name="Target">The recipients.</param>
/// <param name="Users">The users of a <see cref="PushKind.Users"/> push: each once, in order. Empty for another one.</param>
/// <param name="Message">The raw text of <c>m</c>, byte for byte.</param>
internal readonly record struct BatchLine(PushTarget Target, ReadOnlyMemory<long> Users, ReadOnlyMemory<byte> Message)
{
    /// <summary>What an error says was expected.</summary>
    public const string Shape =
        """{"uid":42,"m":…}, {"u":[42,43],"m":…}, {"key":"42_1","m":…}, {"rid":1,"ensure":true,"m":…} or {"all":true,"m":…}""";

    /// <summary>Whether it is for one user, or a connection of one.</summary>
    public bool HasOneUser => Target.Kind is PushKind.User or PushKind.Key;

    /// <summary>Number of users to look up.</summary>
    public int UserCount => HasOneUser ? 1 : Users.Length;

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
