using Goim.Logic.Input;
using Google.Protobuf;

namespace Goim.Logic.Sessions;

/// <summary>
/// The body of <c>/1/connects</c>: <c>{"server":3,"tokens":["42","43"],"requestIds":["32 hex digits",…],"check":false}</c>.
/// </summary>
/// <param name="Server">The comet server of all clients.</param>
/// <param name="Tokens">One or more. No error quotes them.</param>
/// <param name="RequestIds">One for each token. Null if there are none.</param>
/// <param name="IsCheck">Whether the tokens are only authenticated, and nobody is connected.</param>
internal sealed record ConnectsBody(int Server, string[] Tokens, ByteString[]? RequestIds, bool IsCheck)
{
    private const string Shape = """{"server":3,"tokens":["…"]}""";

    /// <summary>Reads a body. A problem if one of its members is not valid, whichever token it is for.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <param name="most">Most tokens.</param>
    public static Outcome<ConnectsBody> Read(ReadOnlyMemory<byte> body, int most)
    {
        if (!JsonBody.Parse(body, Shape).Is(out var members, out var problem)
            || !JsonArrayBody.Parse(body, "tokens", most, Shape, isSecret: true).Is(out var entries, out problem)
            || !members.TryGetInt32("server", out var server, out problem)
            || !members.TryGetOptionalBoolean("check", out var isCheck, out problem))
        {
            return problem;
        }

        if (entries.Count == 0)
        {
            return new Problem(ProblemKind.BadInput, $"tokens is empty: expected 1 to {most} tokens.");
        }

        var tokens = new string[entries.Count];
        for (var i = 0; i < tokens.Length; i++)
        {
            if (!entries.TryGetString(i, "token", out tokens[i]!, out problem))
            {
                return problem;
            }
        }

        if (!members.Has("requestIds"))
        {
            return new ConnectsBody(server, tokens, null, isCheck);
        }

        return ReadRequestIds(body, tokens.Length).Is(out var requestIds, out problem)
            ? new ConnectsBody(server, tokens, requestIds, isCheck)
            : problem;
    }

    private static Outcome<ByteString[]> ReadRequestIds(ReadOnlyMemory<byte> body, int count)
    {
        if (!JsonArrayBody.Parse(body, "requestIds", count, Shape).Is(out var entries, out var problem))
        {
            return problem;
        }

        if (entries.Count < count)
        {
            return new Problem(ProblemKind.BadInput, $"requestIds holds {entries.Count} entries: expected {count}, one for each token.");
        }

        var requestIds = new ByteString[count];
        for (var i = 0; i < count; i++)
        {
            if (!entries.TryGetString(i, "requestIds", out var text, out problem))
            {
                return problem;
            }

            if (!RequestId.TryParse(text, out requestIds[i]))
            {
                return new Problem(
                    ProblemKind.BadInput, $"requestIds {i + 1} is {Quoted.Of(text)}: expected {RequestId.Expected}.");
            }
        }

        return requestIds;
    }
}
