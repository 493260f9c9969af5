using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Facade;

/// <summary>Pages of users with very many sessions.</summary>
public sealed class LongPageTests
{
    private const int Users = 60, SessionsPerUser = 10_000;

    // As JSON all of them have more than 16 MB.
    [Fact]
    public async Task A_page_ends_where_the_answer_would_become_too_large()
    {
        await using var host = await TestHost.StartAsync();
        for (var user = 1; user <= Users; user++)
        {
            var puts = Enumerable.Repeat(new PutArg { UserId = user, Server = -1_000_000_000 }, SessionsPerUser);
            await host.Nodes["1"].Client.MPutAsync(new MPutArg { Puts = { puts } });
        }

        var (after, seen, pages) = ("", new List<long>(), 0);
        while (after is not null)
        {
            using var response = await host.Http.GetAsync($"/1/router/getall?node=1&limit=10000&after={after}");
            var body = await response.Content.ReadAsByteArrayAsync();
            Assert.InRange(body.Length, 0, RouterLimits.MaxReplyBytes + 100);
            var data = System.Text.Json.JsonElement.Parse(body).GetProperty("data");
            after = data.GetProperty("next").GetString();
            foreach (var user in data.GetProperty("users").EnumerateArray())
            {
                Assert.Equal(SessionsPerUser, user.GetProperty("sessions").GetArrayLength());
                seen.Add(user.GetProperty("userId").GetInt64());
            }

            pages++;
        }

        Assert.Equal(Enumerable.Range(1, Users).Select(user => (long)user), seen);
        Assert.Equal(3, pages);
    }
}
