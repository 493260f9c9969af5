using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet.Registration;

/// <summary>The keys of the sessions that a host's router nodes hold.</summary>
internal static class RegisteredKeys
{
    /// <summary>All keys of at most 10,000 users of a node, in order; null if the node does not answer.</summary>
    public static async Task<string[]?> KeysAsync(this TestHost host, string node = "1")
    {
        var answer = await host.GetAsync($"/1/router/getall?node={node}&limit=10000");
        return answer.Ret() != 1 ? null :
        [
            .. answer.GetProperty("data").GetProperty("users").EnumerateArray().SelectMany(KeysOf).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Waits until the node holds exactly these keys.</summary>
    public static Task UntilKeysAsync(this TestHost host, params string[] keys)
    {
        var expected = keys.Order(StringComparer.Ordinal).ToArray();
        return Eventually.UntilAsync(async () => await host.KeysAsync() is { } now && now.AsSpan().SequenceEqual(expected));
    }

    private static IEnumerable<string> KeysOf(JsonElement user) => user.GetProperty("sessions").EnumerateArray()
        .Select(session => $"{user.GetProperty("userId")}_{session.GetProperty("seq")}");
}
