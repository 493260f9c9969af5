using System.Text;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Push;

/// <summary>Input that the push routes refuse, and unusual input that they take. User 42 has session 1 on server 3.</summary>
public sealed class BadInputTests(BadInputHost shared) : IClassFixture<BadInputHost>
{
    private const string Record = """{"op":"multiple","server":3,"subkeys":["42_1"],"msg":"bQ=="}""";
    private readonly TestHost host = shared.ForOneTest();

    [Theory]
    [InlineData("/1/push", "uid is missing")]
    [InlineData("/1/push?UID=42", "uid is missing")]
    [InlineData("/1/push?uid=", "uid is ''")]
    [InlineData("/1/push?uid", "uid is ''")]
    [InlineData("/1/push?uid=abc&uid=42", "uid is 'abc'")]
    [InlineData("/1/push?uid=4+2", "uid is '4 2'")]
    [InlineData("/1/push?uid=+42", "uid is ' 42'")]
    [InlineData("/1/push?uid=%EF%BC%94%EF%BC%92", "uid is '４２'")]
    [InlineData("/1/push?uid=42%00", "uid is '42?'")]
    [InlineData("/1/push?uid=--42", "uid is '--42'")]
    [InlineData("/1/push?uid=4_2", "uid is '4_2'")]
    [InlineData("/1/push?uid=-9223372036854775809", "uid is '-9223372036854775809'")]
    [InlineData("/1/push/room", "rid is missing")]
    [InlineData("/1/push/room?rid=", "rid is ''")]
    [InlineData("/1/push/room?rid=2147483648", "rid is '2147483648'")]
    [InlineData("/1/push/room?rid=-2147483649", "rid is '-2147483649'")]
    [InlineData("/1/push/room?rid=1.0", "rid is '1.0'")]
    public async Task A_bad_parameter_is_refused_by_name_and_value(string url, string expected)
    {
        (await host.PostAsync(url, "m")).IsRefused(expected, "expected a whole number");

        Assert.Empty(host.Records());
    }

    [Theory]
    [InlineData("uid=%2B42")]
    [InlineData("uid=042")]
    [InlineData("uid=%34%32")]
    [InlineData("uid=%zz&uid=42")]
    [InlineData("uid=1;2&uid=42")]
    [InlineData("x=1&uid=42&uid=7")]
    public async Task A_user_id_that_Go_reads_is_taken(string query)
    {
        // Sent unchanged: a .NET client would repair a malformed escape.
        JsonElement.Parse((await host.PostRawAsync("/1/push?" + query, "m"u8.ToArray())).Body).IsOk();

        Assert.Equal([Record], host.Records().Select(record => record.Text));
    }

    [Theory]
    [InlineData("", "body is empty")]
    [InlineData("not json", "body is no JSON")]
    [InlineData("{\"m\":1,\"u\":[42]", "body is no JSON")]
    [InlineData("{\"m\":1,\"u\":[42]} x", "body is no JSON")]
    [InlineData("\ufeff{\"m\":1,\"u\":[42]}", "body is no JSON")]
    [InlineData("{\"m\":01,\"u\":[42]}", "body is no JSON")]
    [InlineData("{\"m\":\"\\ud8\",\"u\":[42]}", "body is no JSON")]
    [InlineData("[]", "body is a JSON array")]
    [InlineData("null", "body is a JSON null")]
    [InlineData("\"x\"", "body is a JSON string")]
    [InlineData("{}", "m is missing")]
    [InlineData("{\"u\":[42]}", "m is missing")]
    [InlineData("{\"m\":1}", "u is missing")]
    [InlineData("{\"m\":1,\"u\":null}", "u is null")]
    [InlineData("{\"m\":1,\"u\":{}}", "u is object")]
    [InlineData("{\"m\":1,\"u\":42}", "u is '42'")]
    [InlineData("{\"m\":1,\"u\":\"42\"}", "u is the string '42': expected an array")]
    [InlineData("{\"m\":1,\"u\":[42,\"42\"]}", "u[1] is the string '42': expected a whole number")]
    [InlineData("{\"m\":1,\"u\":[42,null]}", "u[1] is null")]
    [InlineData("{\"m\":1,\"u\":[42.0]}", "u[0] is '42.0'")]
    [InlineData("{\"m\":1,\"u\":[4e1]}", "u[0] is '4e1'")]
    [InlineData("{\"m\":1,\"u\":[9223372036854775808]}", "u[0] is '9223372036854775808'")]
    [InlineData("{\"m\":1,\"u\":[[42]]}", "u[0] is array")]
    [InlineData("{\"m\":1,\"u\":[true]}", "u[0] is boolean")]
    [InlineData("{\"m\":1,\"u\":[42],\"u\":null}", "u is null")]
    [InlineData("{\"m\":1,\"u\":[\"x\"],\"u\":[42]}", "u[0] is the string 'x'")]
    [InlineData("{\"m\":1,\"u\":[1,2,3,4,5,6]}", "u holds more than 5 user ids")]
    public async Task A_bad_pushs_body_is_refused_and_nothing_is_sent(string body, string expected)
    {
        (await host.PostAsync("/1/pushs", body)).IsRefused(expected);

        Assert.Empty(host.Records());
    }

    [Theory]
    [InlineData("{\"M\":\"m\",\"U\":[42]}", "Im0i")]
    [InlineData("{\"m\":1,\"m\":\"m\",\"u\":[7],\"U\":[42]}", "Im0i")]
    [InlineData("{\"\\u006d\":\"m\",\"\\u0075\":[42]}", "Im0i")]
    [InlineData("{\"m\":null,\"u\":[42]}", "bnVsbA==")]
    [InlineData("{\"u\":[42],\"m\":{\"m\":1,\"u\":2}}", "eyJtIjoxLCJ1IjoyfQ==")]
    [InlineData(" {\n\"mm\":[1],\"\":2,\"m\" :\t\"m\" , \"u\":[ 42 , -0 ] } \n", "Im0i")]
    public async Task A_pushs_body_that_Go_reads_is_taken(string body, string message)
    {
        (await host.PostAsync("/1/pushs", body)).IsOk();

        Assert.Equal(
            [$$"""{"op":"multiple","server":3,"subkeys":["42_1"],"msg":"{{message}}"}"""],
            host.Records().Select(record => record.Text));
    }

    [Fact]
    public async Task Message_bytes_that_are_no_UTF8_are_kept()
    {
        byte[] message = [(byte)'"', 0xff, 0xc3, 0x28, (byte)'"'];
        (await host.PostAsync("/1/pushs", [.. "{\"m\":"u8, .. message, .. ",\"u\":[42]}"u8])).IsOk();

        Assert.Equal(
            [Record.Replace("bQ==", Convert.ToBase64String(message), StringComparison.Ordinal)],
            host.Records().Select(record => record.Text));
    }

    [Fact]
    public async Task No_users_are_an_answer_and_no_record()
    {
        (await host.PostAsync("/1/pushs", """{"m":1,"u":[]}""")).IsOk();

        Assert.Empty(host.Records());
    }

    [Theory]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    public async Task Ten_thousand_levels_are_read(int levels, bool taken)
    {
        var nested = new string('[', levels - 1) + new string(']', levels - 1);
        var answer = await host.PostAsync("/1/pushs", $$"""{"m":{{nested}},"u":[42]}""");

        if (taken)
        {
            answer.IsOk();
            Assert.Single(host.Records());
        }
        else
        {
            answer.IsRefused("body is no JSON", "nested 10000 levels at most");
            Assert.Empty(host.Records());
        }
    }

    [Fact]
    public async Task Text_shaped_like_the_bindings_envelope_stays_a_message()
    {
        const string Envelope =
            """{"Offset":0,"Partition":0,"Topic":"","Timestamp":"2026-01-01T00:00:00Z","Value":"x","Key":"1","Headers":[]}""";
        (await host.PostAsync("/1/push/all", Envelope)).IsOk();

        var record = Assert.Single(host.Records());
        Assert.Null(record.Key);
        Assert.Equal($$"""{"op":"broadcast","msg":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(Envelope))}}"}""", record.Text);
    }

    // 50,000 bytes less 26 of record overhead and 29 of {"op":"broadcast","msg":""} leave 49,944 of base64: 37,458 of message.
    [Theory]
    [InlineData(37_458, true)]
    [InlineData(37_459, false)]
    public async Task The_largest_message_that_fits_a_record_is_sent(int bytes, bool sent)
    {
        var answer = await host.PostAsync("/1/push/all", new byte[bytes]);

        if (sent)
        {
            answer.IsOk();
            Assert.True(Assert.Single(host.Records()).Value.Length + 26 <= 50_000);
        }
        else
        {
            answer.IsRefused($"{bytes} bytes");
            Assert.Empty(host.Records());
        }
    }

    [Theory]
    [InlineData("/1/push?uid=42")]
    [InlineData("/1/push/room?rid=1")]
    public async Task A_message_that_leaves_no_room_for_ids_is_refused(string url)
    {
        (await host.PostAsync(url, new byte[37_458])).IsRefused("37458 bytes", "50000");

        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task A_pushs_message_too_large_for_a_record_is_refused()
    {
        (await host.PostAsync("/1/pushs", $$"""{"m":"{{new string('a', 40_000)}}","u":[42]}""")).IsRefused("40002 bytes");

        Assert.Empty(host.Records());
    }
}
