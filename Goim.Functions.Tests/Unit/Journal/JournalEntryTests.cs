using Goim.Logic.Journal;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Unit.Journal;

public sealed class JournalEntryTests
{
    private const string RequestId = "000102030405060708090a0b0c0d0e0f";
    private static readonly DateTimeOffset Inserted = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void An_entry_is_written_with_its_age()
    {
        Assert.Equal(
            """{"node":"2","ageMs":1234,"userId":42,"seq":1}""", new JournalEntry("2", 1234) { UserId = 42, Seq = 1 }.Write());
        Assert.Equal(
            $$"""{"node":"2","ageMs":1234,"userId":42,"requestId":"{{RequestId}}"}""",
            new JournalEntry("2", 1234) { UserId = 42, RequestId = RequestId }.Write());
        Assert.Equal(
            """{"node":"2","ageMs":1234,"storeId":"00000000000000aa","server":3,"attempts":2}""",
            new JournalEntry("2", 1234) { StoreId = "00000000000000aa", Server = 3, Attempts = 2 }.Write());
    }

    [Theory]
    [InlineData("""{"node":"2","ageMs":0,"userId":42,"seq":1}""")]
    [InlineData($$"""{"node":"2","ageMs":1,"userId":42,"requestId":"{{RequestId}}"}""")]
    [InlineData("""{"node":"2","beforeUnixMs":1,"userId":42,"seq":1}""")]
    [InlineData("""{"node":"2","beforeUnixMs":1,"server":3}""")]
    [InlineData("""{"node":"2","ageMs":1,"beforeUnixMs":1,"userId":42,"seq":1}""")]
    public void What_is_written_can_be_read(string message) => Assert.Equal(message, JournalEntry.Read(message)!.Write());

    [Theory]
    [InlineData("""{"node":"2","userId":42,"seq":1}""")]
    [InlineData("""{"node":"2","ageMs":-1,"userId":42,"seq":1}""")]
    [InlineData("""{"node":"2","ageMs":1,"userId":42}""")]
    [InlineData($$"""{"node":"2","ageMs":1,"userId":42,"seq":1,"requestId":"{{RequestId}}"}""")]
    [InlineData("""{"node":"2","ageMs":1,"userId":42,"requestId":"000102030405060708090a0b0c0d0e0g"}""")]
    [InlineData($$"""{"node":"2","ageMs":1,"server":3,"requestId":"{{RequestId}}"}""")]
    public void An_entry_that_is_not_whole_is_not_read(string message) => Assert.Null(JournalEntry.Read(message));

    // The storage says 7 s: 6 to 8 s, since it gives both times in whole seconds. Then 0.1 s pass.
    [Fact]
    public void A_Del_takes_the_shortest_time_in_the_queue_and_a_DelServer_the_longest()
    {
        var time = new FakeTimeProvider();
        var asked = time.GetTimestamp();
        time.Advance(TimeSpan.FromMilliseconds(20));
        var queued = new TimeInQueue(time, Inserted, Inserted.AddSeconds(7), asked);
        time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal(1_000 + 6_000 + 100, new JournalEntry("2", 1_000) { UserId = 42, Seq = 1 }.After(queued).AgeMs);
        Assert.Equal(1_000 + 8_000 + 120, new JournalEntry("2", 1_000) { Server = 3 }.After(queued).AgeMs);
    }

    // Deferred three times, by messages that were each in the queue for a minute.
    [Fact]
    public void The_age_of_a_deferred_entry_counts_from_its_first_message()
    {
        var time = new FakeTimeProvider();
        var entry = new JournalEntry("2", 1_000) { Server = 3 };
        for (var minute = 1; minute <= 3; minute++)
        {
            var (from, to) = (Inserted.AddMinutes(minute - 1), Inserted.AddMinutes(minute));
            var queued = new TimeInQueue(time, from, to, time.GetTimestamp());
            Assert.Equal(1_000 + (minute * 60_000) + 1_000, entry.After(queued).AgeMs);
            entry = JournalEntry.Read(entry.Moved(queued).Write())!;
        }
    }

    [Fact]
    public void A_message_received_within_the_second_of_its_writing_has_been_there_0_to_1_s()
    {
        var time = new FakeTimeProvider();

        var queued = new TimeInQueue(time, Inserted, Inserted, time.GetTimestamp());

        Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(1)), (queued.Shortest, queued.Longest));
    }

    // The version before reads node, beforeUnixMs above 0, userId and seq or server, and attempts. It skips all other members.
    [Fact]
    public void An_entry_has_the_time_that_the_version_before_reads_and_is_replayed_by_its_age()
    {
        var del = new JournalEntry("2", 1_000) { UserId = 42, Seq = 1 }.ForVersionBefore(Inserted);
        var server = new JournalEntry("2", 1_000) { Server = 3 }.ForVersionBefore(Inserted);

        Assert.Equal("""{"node":"2","ageMs":1000,"beforeUnixMs":1767323044000,"userId":42,"seq":1}""", del.Write());
        Assert.Equal("""{"node":"2","ageMs":1000,"beforeUnixMs":1767323044000,"server":3}""", server.Write());
        var (delArg, serverArg) = (JournalEntry.Read(del.Write())!.Del()!, JournalEntry.Read(server.Write())!.DelServer()!);
        Assert.Equal((1_000, 0), (delArg.AgeMs, delArg.BeforeUnixMs));
        Assert.Equal((1_000, 0), (serverArg.AgeMs, serverArg.BeforeUnixMs));
    }

    // The version before has no request ids.
    [Fact]
    public void An_entry_by_request_id_has_no_time()
    {
        var entry = new JournalEntry("2", 0) { UserId = 42, RequestId = RequestId };

        Assert.Equal(entry, entry.ForVersionBefore(Inserted));
    }

    [Fact]
    public void An_entry_of_an_earlier_version_keeps_its_time()
    {
        var time = new FakeTimeProvider();
        var queued = new TimeInQueue(time, Inserted, Inserted.AddHours(1), time.GetTimestamp());

        var del = JournalEntry.Read("""{"node":"2","beforeUnixMs":5,"userId":42,"seq":1}""")!.After(queued).Del()!;
        var server = JournalEntry.Read("""{"node":"2","beforeUnixMs":5,"server":3}""")!.After(queued).DelServer()!;

        Assert.Equal((5, false), (del.BeforeUnixMs, del.HasAgeMs));
        Assert.Equal((5, false), (server.BeforeUnixMs, server.HasAgeMs));
    }
}
