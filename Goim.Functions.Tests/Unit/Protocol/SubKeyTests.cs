using System.Text.Json;
using Goim.Protocol;

namespace Goim.Functions.Tests.Unit.Protocol;

public sealed class SubKeyTests
{
    private static readonly JsonElement Vectors = JsonElement.Parse(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors", "subkey.json")));

    [Fact]
    public void Parses_what_goim_parses_and_refuses_what_it_refuses() => Assert.All(Of("decode"), vector =>
    {
        var ok = SubKey.TryParse(vector.GetProperty("key").GetString(), out var key);

        Assert.Equal(vector.GetProperty("ok").GetBoolean(), ok);
        Assert.Equal(ok ? new SubKey(vector.GetProperty("uid").GetInt64(), vector.GetProperty("seq").GetInt32()) : default, key);
    });

    [Fact]
    public void Formats_as_goim_does() => Assert.All(Of("encode"), vector =>
    {
        var key = new SubKey(vector.GetProperty("uid").GetInt64(), vector.GetProperty("seq").GetInt32());
        var bytes = new byte[SubKey.MaxLength];

        var length = key.Format(bytes);

        Assert.Equal(vector.GetProperty("key").GetString(), System.Text.Encoding.ASCII.GetString(bytes, 0, length));
        Assert.Equal(vector.GetProperty("key").GetString(), key.ToString());
        Assert.Equal(length, key.Length);
    });

    [Theory]
    [InlineData("1_1\0")]
    [InlineData("1\0_1")]
    [InlineData("1_1_")]
    [InlineData("+_1")]
    [InlineData("1_-")]
    public void What_dotnet_alone_would_take_is_refused(string text) => Assert.False(SubKey.TryParse(text, out _));

    private static JsonElement.ArrayEnumerator Of(string direction) => Vectors.GetProperty(direction).EnumerateArray();
}
