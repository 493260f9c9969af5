using System.Net;
using System.Text.Json;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Assertions on answers.</summary>
internal static class Answer
{
    /// <summary>The body, which must be JSON with status 200.</summary>
    public static async Task<JsonElement> ReadAnswerAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode}: {text}");
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        return JsonElement.Parse(text);
    }

    /// <summary><c>ret</c>: 1 or 65535.</summary>
    public static int Ret(this JsonElement answer) => answer.GetProperty("ret").GetInt32();

    public static void IsOk(this JsonElement answer) => Assert.Equal("""{"ret":1}""", answer.GetRawText());

    /// <summary>The answer is a refusal whose one sentence has <paramref name="parts"/> in it.</summary>
    public static void IsRefused(this JsonElement answer, params string[] parts)
    {
        Assert.True(answer.Ret() == 65535, answer.GetRawText());
        var error = answer.GetProperty("error").GetString()!;
        foreach (var part in parts)
        {
            Assert.Contains(part, error, StringComparison.Ordinal);
        }

        Assert.EndsWith(".", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", error, StringComparison.Ordinal);
    }

    public static void HasData(this JsonElement answer, string data) =>
        Assert.Equal($$"""{"ret":1,"data":{{data}}}""", answer.GetRawText());
}
