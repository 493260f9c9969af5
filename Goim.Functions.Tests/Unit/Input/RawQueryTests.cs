using Goim.Logic.Input;

namespace Goim.Functions.Tests.Unit.Input;

/// <summary>Expected values are what Go's net/url gives.</summary>
public sealed class RawQueryTests
{
    [Theory]
    [InlineData("?uid=1", "1")]
    [InlineData("?uid=1&uid=2", "1")]
    [InlineData("?UID=1", null)]
    [InlineData("?uid", "")]
    [InlineData("?uid=", "")]
    [InlineData("?=1&uid=2", "2")]
    [InlineData("?a=b&&uid=2", "2")]
    [InlineData("?uid=a+b", "a b")]
    [InlineData("?uid=a%2Bb", "a+b")]
    [InlineData("?%75%69d=7", "7")]
    [InlineData("?uid=%zz&uid=42", "42")]
    [InlineData("?uid=%4&uid=42", "42")]
    [InlineData("?uid=%&uid=42", "42")]
    [InlineData("?uid=1;2&uid=42", "42")]
    [InlineData("?uid=1=2", "1=2")]
    [InlineData("?x=1?uid=2", null)]
    [InlineData("?uid=7#x", "7#x")]
    [InlineData("?uid=%D9%A4%D9%A2", "٤٢")]
    [InlineData("?uid=%ff", "\ufffd")]
    [InlineData("", null)]
    [InlineData("?", null)]
    public void Reads_a_value_as_Go_does(string query, string? expected) =>
        Assert.Equal(expected, RawQuery.Of("http://localhost/1/push" + query)["uid"]);

    [Theory]
    [InlineData("", "")]
    [InlineData("?reason", "")]
    [InlineData("?reason=a+b%26", "612062 26")]
    [InlineData("?reason=%ef%bf%bd", "efbfbd")]
    [InlineData("?reason=%c3%a4%e2%82%ac", "c3a4e282ac")]
    [InlineData("?reason=%zz&reason=7", "37")]
    public void A_text_is_read_as_its_bytes(string query, string expected)
    {
        Assert.True(RawQuery.Of(query).TryGetUtf8("reason", 5, out var text, out _));

        Assert.Equal(expected.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexStringLower(text));
    }

    [Theory]
    [InlineData("?reason=%ff", "reason is no text in UTF-8: expected one, escaped.")]
    [InlineData("?reason=%c3", "reason is no text in UTF-8: expected one, escaped.")]
    [InlineData("?reason=123456", "reason has 6 bytes: expected 5 at most.")]
    [InlineData("?reason=12%e2%82%ac3", "reason has 6 bytes: expected 5 at most.")]
    public void A_text_that_is_none_or_too_long_is_refused(string query, string sentence)
    {
        Assert.False(RawQuery.Of(query).TryGetUtf8("reason", 5, out _, out var problem));

        Assert.Equal(sentence, problem!.Error);
    }
}
