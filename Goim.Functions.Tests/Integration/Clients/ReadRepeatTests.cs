using Goim.Client;
using Goim.Functions.Tests.Hosting;
using static Goim.Functions.Tests.Integration.Clients.NamedAnswers;

namespace Goim.Functions.Tests.Integration.Clients;

/// <summary>Calls that only read, and kicks: what is sent again, and what is not.</summary>
public sealed class ReadRepeatTests
{
    [Theory]
    [InlineData("no answer", true)]
    [InlineData("502 of a gateway", true)]
    [InlineData("503 with Retry-After", true)]
    [InlineData("502 of the app", false)]
    [InlineData("400", false)]
    public async Task A_call_that_only_reads_is_repeated_where_that_may_help(string answer, bool isRepeated)
    {
        await using var app = await ScriptedApp.StartAsync(AnswerOf(answer), FiveSessions);

        Assert.Equal(isRepeated ? 5 : null, isRepeated ? await app.Client.CountAsync(7) : await Refused(() => app.Client.CountAsync(7)));
        Assert.Equal(isRepeated ? 2 : 1, app.Requests.Length);
        Assert.All(app.Requests, static request => Assert.False(request.Headers.ContainsKey("Idempotency-Key")));
    }

    // A second kick would end connections that were made after the first.
    [Theory]
    [InlineData("no answer", false)]
    [InlineData("unknown", false)]
    [InlineData("none", true)]
    public async Task A_kick_is_repeated_only_if_nobody_was_disconnected(string answer, bool isRepeated)
    {
        await using var app = await ScriptedApp.StartAsync(AnswerOf(answer), FiveSessions);

        Assert.Equal(isRepeated ? 5 : null, isRepeated ? await app.Client.KickAsync(42) : await Refused(() => app.Client.KickAsync(42)));
        Assert.Equal(isRepeated ? 2 : 1, app.Requests.Length);
    }

    private static ScriptedAnswer FiveSessions => new(200, """{"ret":1,"data":{"sessions":5}}""");

    private static async Task<long?> Refused(Func<Task<long>> call)
    {
        await Assert.ThrowsAsync<GoimException>(call);
        return null;
    }
}
