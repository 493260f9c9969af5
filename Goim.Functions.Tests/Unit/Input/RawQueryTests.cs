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
}
