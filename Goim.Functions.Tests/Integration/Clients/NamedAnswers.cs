using System.Globalization;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Clients;

/// <summary>Answers of the app and of what is between, by name. They are those that docs/api.md describes.</summary>
internal static class NamedAnswers
{
    private const string NoOutcome = """{"outcome":"none"}""", Unknown = """{"outcome":"unknown","acks":[]}""";
    private const string Some = """{"outcome":"some","acks":[{"partition":1,"offset":2}]}""";

    public static ScriptedAnswer AnswerOf(string name) => name switch
    {
        "429 with Retry-After" => ScriptedAnswer.Error(429, retryAfter: "0"),
        "429 without Retry-After" => ScriptedAnswer.Error(429),
        "429 of the host" => new ScriptedAnswer(429, ""),
        "503 with Retry-After" => ScriptedAnswer.Error(503, retryAfter: "0"),
        "503 without Retry-After" => ScriptedAnswer.Error(503),
        "503 of a gateway, with Retry-After" => new ScriptedAnswer(503, "<html>") { RetryAfter = "0", ContentType = "text/html" },
        "none" => ScriptedAnswer.Error(503, NoOutcome),
        "none, too large" => ScriptedAnswer.Error(413, NoOutcome),
        "some" => ScriptedAnswer.Error(503, Some),
        "unknown" => ScriptedAnswer.Error(503, Unknown),
        "still running" => ScriptedAnswer.Error(409),
        "no answer" => ScriptedAnswer.None,
        "empty 500" => new ScriptedAnswer(500, ""),
        "empty 401" => new ScriptedAnswer(401, ""),
        "502 of a gateway" => new ScriptedAnswer(502, "<html>") { ContentType = "text/html" },
        "502 of the app" => ScriptedAnswer.Error(502),
        "a page of something else" => new ScriptedAnswer(200, "<html>") { ContentType = "text/html" },
        "302" => new ScriptedAnswer(302, "") { Location = "https://other.example/" },
        _ => ScriptedAnswer.Error(int.Parse(name, CultureInfo.InvariantCulture)),
    };
}
