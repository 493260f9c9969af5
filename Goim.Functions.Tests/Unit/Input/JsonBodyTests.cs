using System.Text;
using Goim.Logic;
using Goim.Logic.Input;

namespace Goim.Functions.Tests.Unit.Input;

/// <summary>Bodies of JSON, read without a document.</summary>
public sealed class JsonBodyTests
{
    [Theory]
    [InlineData("""{"n":1,"n":2}""", 2)]
    [InlineData("""{"\u006e":3}""", 3)]
    [InlineData("""{"n":{"n":1},"x":[{"n":5}],"n":-4}""", -4)]
    [InlineData("""{"N":9,"n":7,"nn":8}""", 7)]
    [InlineData("""{"é":8,"n":5,"n\u00e9":9}""", 5)]
    [InlineData("""{"a":1,"b":2,"n":0,"c":3,"d":4,"e":5,"f":6,"g":7,"n":12}""", 12)]
    [InlineData(" \r\n\t{ \"n\" : 6 } ", 6)]
    public void The_last_member_of_that_very_name_counts(string body, int expected)
    {
        Assert.True(Parse(body).Is(out var members, out _));
        Assert.True(members.TryGetInt32("n", out var value, out _));
        Assert.Equal(expected, value);

        var entries = EntriesOf($$"""{"u":[{"n":1},{{body}},{"x":2}]}""");
        Assert.True(entries.TryGetObject(1, out var entry, out _));
        Assert.True(entry.TryGetInt32("n", out value, out _));
        Assert.Equal(expected, value);
        Assert.True(entries.TryGetObject(2, out var next, out _));
        Assert.False(next.Has("n"));
    }

    [Theory]
    [InlineData("-0", 0)]
    [InlineData("-2147483648", int.MinValue)]
    [InlineData("2147483648", null)]
    [InlineData("1.0", null)]
    [InlineData("1e2", null)]
    [InlineData("\"1\"", null)]
    [InlineData("true", null)]
    public void A_whole_number_is_read_as_it_is_written(string number, int? expected)
    {
        Assert.True(Parse($$"""{"n":{{number}}}""").Is(out var members, out _));
        Assert.True(EntriesOf($$"""{"u":[{"n":{{number}}}]}""").TryGetObject(0, out var entry, out _));

        Assert.Equal(expected, members.TryGetInt32("n", out var value, out _) ? value : null);
        Assert.Equal(expected, entry.TryGetInt32("n", out value, out _) ? value : null);
    }

    [Fact]
    public void An_error_says_where_the_entry_is()
    {
        var entries = EntriesOf("""{"u":[{"n":1},{"n":"x"},{},{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"n":null}]}""");

        Assert.Equal("u[1].n is the string 'x'", ErrorOf(1));
        Assert.Equal("u[2].n is missing", ErrorOf(2));
        Assert.Equal("u[3].n is 'null'", ErrorOf(3));

        string ErrorOf(int index)
        {
            Assert.True(entries.TryGetObject(index, out var entry, out _));
            Assert.False(entry.TryGetInt32("n", out _, out var problem));
            return problem.Error.Split(':')[0];
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("{}}")]
    [InlineData("{},")]
    [InlineData("[{}]")]
    [InlineData("""{"n":1,}""")]
    [InlineData("""{"n":01}""")]
    [InlineData("""{n:1}""")]
    [InlineData("""{"n":1/**/}""")]
    [InlineData("""{"x":{"\udc00":1},"n":1}""")]
    [InlineData("""{"n":1,"x":["\ud800"]}""")]
    [InlineData("{\"\u00ff\":1}")]
    public void What_is_no_JSON_object_is_refused_by_either_reader(string body)
    {
        var bytes = Encoding.Latin1.GetBytes(body);
        Assert.False(JsonBody.Parse(bytes, "{}").Is(out _, out var problem));
        Assert.False(JsonArrayBody.Parse(bytes, "u", 5, "{}").Is(out _, out var ofArray));

        Assert.Equal($"body is {(bytes.Length == 0 ? "empty" : "not a JSON object")}: expected {{}}.", problem.Error);
        Assert.Equal(problem, ofArray);
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void Bodies_nest_64_levels(int arrays, bool isRead)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"u":{{new string('[', arrays)}}{{new string(']', arrays)}}}""");

        Assert.Equal(isRead, JsonBody.Parse(body, "{}").Is(out _, out _));
        Assert.Equal(isRead, JsonArrayBody.Parse(body, "u", 5, "{}").Is(out _, out _));
    }

    [Theory]
    [InlineData("""{"u":[1,2,3]}""", "1 2 3")]
    [InlineData("""{"u":[9],"u":[-9223372036854775808,9223372036854775807]}""", "-9223372036854775808 9223372036854775807")]
    [InlineData("""{"u":"x","u":[]}""", "")]
    [InlineData("""{"x":{"u":[1]},"\u0075":[4]}""", "4")]
    [InlineData("""{"u":[1],"u":null}""", "u is 'null': expected an array.")]
    [InlineData("{}", "u is missing: expected an array.")]
    [InlineData("""{"u":[1,[2]]}""", "u[1] is '[2]': expected a whole number from -9223372036854775808 to 9223372036854775807.")]
    [InlineData("""{"u":[1,2,3,4,5,6]}""", "u holds 6 entries or more: expected 5 at most.")]
    public void An_array_is_read_entry_by_entry(string body, string expected)
    {
        var read = JsonArrayBody.Parse(Encoding.UTF8.GetBytes(body), "u", 5, "{}").Is(out var array, out var problem)
            && array.TryGetInt64s(out var values, out problem)
                ? string.Join(' ', values)
                : problem!.Error;

        Assert.Equal(expected, read);
    }

    // Nothing after the first entry above the limit is read, valid or not.
    [Fact]
    public void Reading_stops_at_the_first_entry_above_the_limit()
    {
        Assert.False(JsonArrayBody.Parse("""{"u":[1,2,3,4,5,6,?"""u8.ToArray(), "u", 5, "{}").Is(out _, out var problem));

        Assert.Equal((ProblemKind.TooLarge, "u holds 6 entries or more: expected 5 at most."), (problem.Kind, problem.Error));
    }

    [Fact]
    public void A_body_of_4_MB_takes_no_document()
    {
        var body = Encoding.UTF8.GetBytes($$"""{"x":[{{string.Join(',', Enumerable.Repeat("1", 2_000_000))}}],"u":[1],"n":1}""");

        Assert.InRange(AllocatedBy(() => JsonArrayBody.Parse(body, "u", 5, "{}")), 1, 1_000);
        Assert.Equal(0, AllocatedBy(() => JsonBody.Parse(body, "{}")));
    }

    private static Outcome<JsonBody> Parse(string body) => JsonBody.Parse(Encoding.UTF8.GetBytes(body), "{}");

    private static JsonArrayBody EntriesOf(string body)
    {
        Assert.True(JsonArrayBody.Parse(Encoding.UTF8.GetBytes(body), "u", 5, "{}").Is(out var entries, out _));
        return entries;
    }

    private static long AllocatedBy(Action action) => Enumerable.Range(0, 5).Select(_ =>
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }).Min();
}
