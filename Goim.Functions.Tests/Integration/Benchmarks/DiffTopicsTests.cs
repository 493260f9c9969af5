using System.Globalization;
using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Functions;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Benchmarks;

/// <summary><c>diff-topics</c> on two topics of a real broker.</summary>
public sealed class DiffTopicsTests : IDisposable
{
    private readonly string goim = TestHost.NewTopic(), ours = TestHost.NewTopic();
    private readonly TopicProducer toGoim, toOurs;

    public DiffTopicsTests() => (toGoim, toOurs) = (new TopicProducer(TestHost.Brokers, goim), new TopicProducer(TestHost.Brokers, ours));

    /// <summary>Records of the genuine goim, and what the app makes of the same requests and sessions.</summary>
    [Fact]
    public async Task The_app_delivers_what_goim_delivered()
    {
        string[] cases =
        [
            "push/three-sessions-two-servers", "push/binary-body-256", "pushs/ten-users-three-servers", "room/basic", "all/basic",
        ];
        await using var host = await TestHost.StartAsync(["1", "2"], []);
        foreach (var vector in cases.Select(Vector.Of))
        {
            await PushAsync(host, vector);
            foreach (var record in vector.Records)
            {
                await toGoim.WriteAsync(record.ValueUtf8!, vector.Records.Length % 8);
            }
        }

        var records = host.Records().Count;
        var same = await DiffAsync(goim, host.Topic);

        Assert.Equal((0, ""), (same.Code, same.Error));
        Assert.Equal(cases.Select(Vector.Of).Sum(vector => vector.Records.Length), records);
        Assert.Equal((14, 14, 0, 0), Deliveries(same.Output, "multiple"));
        Assert.Equal((1, 1, 0, 0), Deliveries(same.Output, "broadcast"));
        Assert.Equal((1, 1, 0, 0), Deliveries(same.Output, "broadcast_room"));
        Assert.EndsWith("\nSame: each side has all deliveries of the other.\n", same.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_ids_sub_keys_and_split_records_make_no_difference_unless_bytes_are_compared()
    {
        await toGoim.WriteAsync("""{"op":"multiple","server":1,"subkeys":["42_7","43_1"],"msg":"aGk="}""");
        await toOurs.WriteAsync("""{"op":"multiple","server":99,"subkeys":["43_5"],"msg":"aGk="}""", partition: 1);
        await toOurs.WriteAsync("""{"op":"multiple","server":98,"subkeys":["42_1"],"msg":"aGk="}""", partition: 2);

        var same = await DiffAsync(goim, ours);
        var bytes = await DiffAsync(goim, ours, "--exact");

        Assert.Equal((0, (2, 2, 0, 0)), (same.Code, Deliveries(same.Output, "multiple")));
        Assert.Equal((1, (1, 2, 1, 2)), (bytes.Code, Deliveries(bytes.Output, "multiple")));
    }

    [Fact]
    public async Task What_one_side_lacks_or_has_twice_is_told()
    {
        await toGoim.WriteToAllAsync("twice");
        await toGoim.WriteToAllAsync("twice", partition: 3);
        await toGoim.WriteAsync("""{"op":"broadcast_room","roomid":7,"msg":"aGk=","ensure":true}""");
        await toOurs.WriteToAllAsync("twice");
        await toOurs.WriteAsync("""{"op":"broadcast_room","roomid":7,"msg":"aGk="}""");
        await toOurs.WriteAsync("""{"op":"connect"}""");
        await toOurs.WriteAsync("no record");

        var different = await DiffAsync(goim, ours);
        var shown = await DiffAsync(goim, ours, "--show", "--first", "1", "--op", "broadcast_room");

        Assert.Equal((1, ""), (different.Code, different.Error));
        Assert.Equal((2, 1, 1, 0), Deliveries(different.Output, "broadcast"));
        Assert.Matches("(?m)^other op +0 +1$", different.Output);
        Assert.Matches("(?m)^unreadable +0 +1$", different.Output);
        Assert.Contains("Deliveries that a side has again: A 1, B 0.", different.Output, StringComparison.Ordinal);
        Assert.Contains("\n  1 times broadcast: 5 bytes, hash ", different.Output, StringComparison.Ordinal);
        Assert.Contains(
            """
            Only in A:
              1 times broadcast_room to room 7 with ensure: "hi", first at partition 0, offset 1

            Only in B:
              1 times broadcast_room to room 7: "hi", first at partition 0, offset 1

            Different: deliveries only in A: 1, only in B: 1.
            """,
            shown.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_empty_topics_are_the_same()
    {
        var same = await DiffAsync(goim, ours);

        Assert.Equal((0, ""), (same.Code, same.Error));
        Assert.EndsWith("\nSame: neither side has a record.\n", same.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_deliveries_than_the_limit_end_the_command()
    {
        await toGoim.WriteToAllAsync("one");
        await toGoim.WriteToAllAsync("two");

        var ended = await DiffAsync(goim, ours, "--limit", "1");

        Assert.Equal((2, ""), (ended.Code, ended.Output));
        Assert.StartsWith("The records have more than 1 different deliveries: expected ", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_from_a_time_on_are_left_out()
    {
        await toGoim.WriteToAllAsync("now");

        var same = await DiffAsync(goim, ours, "--until", "2020-01-01T00:00:00Z");

        Assert.Equal((0, ""), (same.Code, same.Error));
        Assert.Contains("Same: neither side has a record.", same.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_at_the_edge_needs_no_counterpart()
    {
        await toGoim.WriteToAllAsync("only in A");
        var until = DateTime.UtcNow.AddMinutes(30).ToString("O", CultureInfo.InvariantCulture);

        var same = await DiffAsync(goim, ours, "--until", until, "--edge", "3600");
        var different = await DiffAsync(goim, ours, "--until", until, "--edge", "1");

        Assert.Equal((0, ""), (same.Code, same.Error));
        Assert.Contains("At the edges, without a counterpart and not compared: A 1, B 0.", same.Output, StringComparison.Ordinal);
        Assert.Equal((1, (1, 0, 1, 0)), (different.Code, Deliveries(different.Output, "broadcast")));
    }

    [Fact]
    public async Task Ctrl_C_ends_the_reading_and_reports_what_has_come()
    {
        await toGoim.WriteToAllAsync("before");
        using var process = BenchmarksProgram.Start(
            new Dictionary<string, string>(),
            "diff-topics",
            $"{TestHost.Brokers}/{goim}",
            $"{TestHost.Brokers}/{ours}",
            "--from",
            "end",
            "--seconds",
            "3600",
            "--edge",
            "0");
        Assert.Equal("Reading for 3600 s. Ctrl+C ends it earlier.", await process.StandardError.ReadLineAsync());

        await toGoim.WriteToAllAsync("both");
        await toOurs.WriteToAllAsync("both");
        await toOurs.WriteToAllAsync("only here");
        var interrupted = await BenchmarksProgram.InterruptAsync(process);

        Assert.Equal((130, "Interrupted: the last records may lack their counterparts.\n"), (interrupted.Code, interrupted.Error));
        Assert.EndsWith("\nDifferent: deliveries only in A: 0, only in B: 1.\n", interrupted.Output, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        toGoim.Dispose();
        toOurs.Dispose();
    }

    internal static Task<BenchmarksProgram.Result> DiffAsync(string a, string b, params string[] options) =>
        BenchmarksProgram.RunAsync(["diff-topics", $"{TestHost.Brokers}/{a}", $"{TestHost.Brokers}/{b}", .. options]);

    private static async Task PushAsync(TestHost host, Vector vector)
    {
        foreach (var session in vector.Sessions)
        {
            // Other servers and numbers than at goim.
            var (seq, server) = (session.Seq + 5, session.Server + 100);
            var put = new PutArg { UserId = session.Uid, Seq = seq, Server = server, RoomId = session.Room };
            await host.Nodes[session.Router].Client.PutAsync(put);
        }

        var pushed = await RawHttp.SendAsync(
            host.Http.BaseAddress!, vector.Request.Method, $"{vector.Request.Path}?{vector.Request.Query}", vector.Request.Bytes, []);
        Assert.Equal("""{"ret":1}""", pushed.Body);
        foreach (var session in vector.Sessions)
        {
            await host.Nodes[session.Router].Client.DelAsync(new DelArg { UserId = session.Uid, Seq = session.Seq + 5 });
        }
    }

    internal static (int A, int B, int OnlyA, int OnlyB) Deliveries(string report, string op)
    {
        var row = Regex.Match(report, $"(?m)^{op} .*$").Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3..]
            .Select(static number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return (row[0], row[1], row[2], row[3]);
    }
}
