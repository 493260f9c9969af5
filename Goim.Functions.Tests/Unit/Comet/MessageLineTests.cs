using System.Text;
using Goim.Comet.Client.Sample;

namespace Goim.Functions.Tests.Unit.Comet;

/// <summary>What the client command prints of a message.</summary>
public sealed class MessageLineTests
{
    [Theory]
    [InlineData("""{"test":1}""")]
    [InlineData("")]
    [InlineData("grün 漢字 😀\t.")]
    public void Text_of_one_line_is_printed_as_it_is(string text) => Assert.Equal(text, MessageLine.Of(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("a\nb", "base64:YQpi")]
    [InlineData("a\r", "base64:YQ0=")]
    [InlineData("\u001b[2J", "base64:G1sySg==")]
    [InlineData("a\u2028b", "base64:YeKAqGI=")]
    [InlineData("\0", "base64:AA==")]
    public void Text_with_line_breaks_or_control_characters_is_base64(string text, string line) =>
        Assert.Equal(line, MessageLine.Of(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Bytes_that_are_no_text_are_base64() => Assert.Equal("base64:gP8=", MessageLine.Of([0x80, 0xff]));
}
