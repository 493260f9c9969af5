using System.Buffers;
using System.Globalization;
using System.Text;
using Goim.Logic.Delivery;
using Goim.Logic.Push;

namespace Goim.Functions.Tests.Unit.Push;

public sealed class RecordBuilderTests
{
    // Bytes of {"op":"multiple","server":3,"msg":"bQ=="} and of ,"subkeys":[ before the sub keys.
    private const int Around = 41 + 12;

    [Fact]
    public void Records_are_in_the_order_in_which_servers_are_met_and_sub_keys_in_that_of_users()
    {
        var builder = new RecordBuilder(new RecordSize(1_000), "m"u8.ToArray());
        builder.Add(42, [1, 2, 4], [3, 0, 3]);
        builder.Add(41, [], []);
        builder.Add(-7, [9], [0]);
        builder.Add(43, [1, 2], [-5, 3]);

        var plan = Plan(builder);

        Assert.Equal(
            [
                """{"op":"multiple","server":3,"subkeys":["42_1","42_4","43_2"],"msg":"bQ=="}""",
                """{"op":"multiple","subkeys":["42_2","-7_9"],"msg":"bQ=="}""",
                """{"op":"multiple","server":-5,"subkeys":["43_1"],"msg":"bQ=="}""",
            ],
            plan.Records.Select(Text));
        Assert.Equal(((long?)6, (int?)3), (plan.Recipients.Sessions, plan.Recipients.Servers));
        Assert.Equal([41L], plan.Recipients.Offline);
    }

    [Fact]
    public void Nobody_makes_no_record()
    {
        var plan = Plan(new RecordBuilder(new RecordSize(1_000), "m"u8.ToArray()));

        Assert.Empty(plan.Records);
        Assert.Equal(((long?)0, (int?)0), (plan.Recipients.Sessions, plan.Recipients.Servers));
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(11, 2)]
    [InlineData(20, 2)]
    [InlineData(21, 3)]
    public void A_record_is_filled_to_its_last_byte_and_not_beyond(int users, int records)
    {
        // Ten sub keys of nine bytes each: six for 1000_1, two quotes and a comma. The closing bracket takes the place of the last comma.
        var builder = new RecordBuilder(new RecordSize(Around + (10 * 9) + 26), "m"u8.ToArray());
        foreach (var user in Enumerable.Range(1_000, users))
        {
            builder.Add(user, [1], [3]);
        }

        var plan = Plan(builder);

        Assert.Equal(records, plan.Records.Length);
        Assert.All(plan.Records, record => Assert.Equal(record.Length, Text(record).Length));
        Assert.All(plan.Records.SkipLast(1), record => Assert.Equal(Around + 90, record.Length));
        Assert.Equal(
            Enumerable.Range(1_000, users).Select(user => string.Create(CultureInfo.InvariantCulture, $"{user}_1")),
            plan.Records.SelectMany(record => Text(record).Split("[\"")[1].Split("\"]")[0].Split("\",\"")));
    }

    [Fact]
    public void Splits_of_a_server_stay_together()
    {
        var builder = new RecordBuilder(new RecordSize(Around + 9 + 26), "m"u8.ToArray());
        builder.Add(1_000, [1, 2], [3, 4]);
        builder.Add(1_001, [1, 2], [4, 3]);

        Assert.Equal(
            ["1000_1", "1001_2", "1000_2", "1001_1"],
            Plan(builder).Records.Select(record => Text(record).Split("[\"")[1].Split("\"]")[0]));
    }

    [Fact]
    public void A_tail_takes_the_place_of_sub_keys()
    {
        var builder = new RecordBuilder(
            new RecordSize(Around + (10 * 9) + 26), "m"u8.ToArray(), null, Encoding.ASCII.GetBytes(",\"expires\":123456"));
        foreach (var user in Enumerable.Range(1_000, 9))
        {
            builder.Add(user, [1], [3]);
        }

        // The tail has 17 bytes: of ten sub keys of nine bytes, eight are left.
        Assert.Equal(
            [
                """{"op":"multiple","server":3,"subkeys":["1000_1","1001_1","1002_1","1003_1","1004_1","1005_1","1006_1","1007_1"],"""
                + "\"msg\":\"bQ==\",\"expires\":123456}",
                """{"op":"multiple","server":3,"subkeys":["1008_1"],"msg":"bQ==","expires":123456}""",
            ],
            Plan(builder).Records.Select(Text));
    }

    [Fact]
    public void A_user_whose_sessions_are_all_left_out_is_not_offline()
    {
        Assert.True(PushRestriction.Of(PushKind.Users, [new(42, 1), new(42, 2), new(43, 1)], null).Is(out var restriction, out _));
        var builder = new RecordBuilder(new RecordSize(1_000), "m"u8.ToArray(), restriction);
        builder.Add(42, [1, 2], [3, 5]);
        builder.Add(43, [1, 2], [3, 6]);
        builder.Add(44, [], []);

        var plan = Plan(builder);

        Assert.Equal(["""{"op":"multiple","server":6,"subkeys":["43_2"],"msg":"bQ=="}"""], plan.Records.Select(Text));
        Assert.Equal(((long?)1, (int?)1), (plan.Recipients.Sessions, plan.Recipients.Servers));
        Assert.Equal([44L], plan.Recipients.Offline);
        Assert.Null(plan.Recipients.OfflineKeys);
    }

    [Fact]
    public void A_message_that_leaves_no_room_for_a_sub_key_is_refused()
    {
        var builder = new RecordBuilder(new RecordSize(Around + 8 + 26), "m"u8.ToArray());
        builder.Add(1_000, [1], [3]);
        builder.Add(7, [1], [3]);

        Assert.False(builder.Build().Is(out _, out var problem));
        Assert.StartsWith(
            "body holds a message of 1 bytes: expected one that fits a Kafka record of 87 bytes",
            problem.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_caller_who_left_stops_the_sorting()
    {
        var builder = new RecordBuilder(new RecordSize(1_000), "m"u8.ToArray());
        builder.Add(42, [], []);

        Assert.Throws<OperationCanceledException>(() => builder.SortOffline(new long[] { 42 }, new CancellationToken(canceled: true)));
    }

    private static PushPlan Plan(RecordBuilder builder) =>
        builder.Build().Is(out var plan, out var problem) ? plan : throw new InvalidOperationException(problem.Error);

    private static string Text(PushRecord record)
    {
        var output = new ArrayBufferWriter<byte>();
        record.WriteTo(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
