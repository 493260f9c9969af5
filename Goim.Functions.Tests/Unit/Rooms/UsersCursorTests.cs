using Goim.Logic.Rooms;

namespace Goim.Functions.Tests.Unit.Rooms;

public sealed class UsersCursorTests
{
    [Theory]
    [InlineData(1, "", null)]
    [InlineData(int.MinValue, "node-1", long.MinValue)]
    [InlineData(int.MaxValue, "ä", long.MaxValue)]
    [InlineData(0, "1", 0L)]
    public void A_cursor_comes_back_as_it_was(int roomId, string node, long? after)
    {
        var text = new UsersCursor(roomId, node, after).ToString();

        Assert.True(UsersCursor.TryParse(text, out var cursor));
        Assert.Equal(new UsersCursor(roomId, node, after), cursor);
    }

    [Fact]
    public void Every_change_of_a_letter_is_found()
    {
        var text = new UsersCursor(1, "12", 42).ToString();
        for (var i = 0; i < text.Length; i++)
        {
            Assert.False(UsersCursor.TryParse(text[..i], out _), text[..i]);
            var other = text.ToCharArray();
            other[i] = other[i] == 'A' ? 'g' : 'A';
            Assert.False(UsersCursor.TryParse(new string(other), out _), new string(other));
        }
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("AA==")]
    [InlineData("a+b/")]
    [InlineData("\ud83d\ude00")]
    public void Other_texts_are_none(string text) => Assert.False(UsersCursor.TryParse(text, out _));
}
