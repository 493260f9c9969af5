using System.Buffers;
using Confluent.Kafka;
using Goim.Logic;
using Goim.Logic.Delivery;
using Goim.Logic.Input;
using Goim.Logic.Push;
using Goim.Logic.Push.Batch;
using Goim.Logic.Routing.Lookup;
using Goim.Logic.Routing.Ring;
using Goim.Protocol;

namespace Goim.Functions.Tests.Unit.Push;

/// <summary>Exact number of bytes that the hot paths allocate.</summary>
public sealed class AllocationTests
{
    private const int Users = 2_000;

    /// <summary>Of the object that lets a record be written to a pooled array.</summary>
    private const int WriterBytes = 24;

    [Fact]
    public void Finding_the_nodes_of_users_takes_nothing()
    {
        var ring = new KetamaRing(["1", "2", "3"]);
        var (userIds, nodes) = (Enumerable.Range(1, Users).Select(user => (long)user).ToArray(), new ushort[Users]);

        Assert.Equal(0, AllocatedBy(() => ring.NodesOf(userIds, nodes)));
        Assert.Equal(0, AllocatedBy(() => ring.NodeOf(long.MinValue)));
    }

    [Fact]
    public void Writing_a_record_takes_nothing()
    {
        var output = new ArrayBufferWriter<byte>(1 << 20);
        var message = new byte[1_000];

        Assert.Equal(0, AllocatedBy(() => KafkaMsg.FormatSubKey(new SubKey(long.MinValue, 1), output.GetSpan(KafkaMsg.MaxSubKeyLength))));
        Writes(() => KafkaMsg.WriteMultiple(output, 3, "\"42_1\","u8, message));
        Writes(() => KafkaMsg.WriteBroadcast(output, message));
        Writes(() => KafkaMsg.WriteBroadcastRoom(output, 1, message, ensure: true));

        void Writes(Action write)
        {
            Assert.Equal(0, AllocatedBy(() =>
            {
                output.ResetWrittenCount();
                write();
            }));
            Assert.True(output.WrittenCount > 0);
        }
    }

    // At most 1 KB of fixed cost for a plan, and 12 bytes of record text for each user ("1000000_1" in quotes and a comma).
    [Fact]
    public void Planning_takes_the_text_of_the_sub_keys_and_no_more_for_each_user()
    {
        var (few, many) = (Packed(Users), Packed(2 * Users));

        var (ofFew, ofMany) = (AllocatedBy(() => Plan(few)), AllocatedBy(() => Plan(many)));

        Assert.Equal(Users * 12, ofMany - ofFew);
        Assert.InRange(ofFew, Users * 12, (Users * 12) + 1_024);
    }

    [Fact]
    public void Ids_take_nothing_each()
    {
        var (few, many) = (AllocatedBy(() => Add(Users)), AllocatedBy(() => Add(8 * Users)));

        Assert.Equal(few, many);
        Assert.InRange(few, 1, 64);

        static void Add(int count)
        {
            using var userIds = new UserIds();
            for (var i = 0; i < count; i++)
            {
                userIds.Add(i * 7 % count);
            }

            userIds.MakeDistinct();
        }
    }

    [Fact]
    public void A_records_text_and_a_query_take_their_text_and_no_more()
    {
        var record = PushRecord.Broadcast(new byte[100]);
        var query = RawQuery.Of("http://localhost:7071/1/push?uid=42&detail=0");

        Assert.Equal(WriterBytes + ObjectBytes(sizeof(char) * (int)record.Length), AllocatedBy(() => record.ToText()));
        Assert.Equal(ObjectBytes(sizeof(char) * 2), AllocatedBy(() => _ = query["uid"]));
        Assert.Equal(0, AllocatedBy(() => _ = query["ack"]));

        // Size of a string: header, length and terminator, rounded up to eight bytes.
        static int ObjectBytes(int textBytes) => (22 + textBytes + 7) & ~7;
    }

    // The buffer of the answer is allocated beforehand.
    [Fact]
    public void Reading_a_line_of_a_batch_takes_nothing_and_answering_it_the_answer()
    {
        const int AnswerBytes = 64;
        var line = """{"uid":42,"m":{"test":1}}"""u8.ToArray();
        DeliveryResult? delivered = new DeliveryResult(DeliveryOutcome.All, new[] { new Acknowledgement(15, 123_456) }, 1, []);

        Assert.Equal(0, AllocatedBy(() => BatchLine.Parse(line, 1)));
        Assert.Equal(Users * AnswerBytes, Answers(2 * Users) - Answers(Users));

        long Answers(int lines)
        {
            var planned = Enumerable.Repeat<Outcome<PlannedLine>>(new PlannedLine(new PushRange(0, 1), default), lines).ToArray();
            var results = Enumerable.Repeat(delivered, lines).ToArray();
            return AllocatedBy(() => BatchAnswers.Write(planned, detail: false, results));
        }
    }

    private static void Plan(PackedUsers users)
    {
        var builder = new RecordBuilder(new RecordSize(1_000_000), "m"u8.ToArray());
        builder.Add(users);
        Assert.True(builder.Build().Is(out _, out _));
    }

    private static PackedUsers Packed(int users)
    {
        var reply = new PackedMGetReply();
        for (var i = 0; i < users; i++)
        {
            reply.Counts.Add(1);
            reply.Seqs.Add(1);
            reply.Servers.Add(3);
        }

        return new PackedUsers(Enumerable.Range(1_000_000, users).Select(user => (long)user).ToArray(), reply);
    }

    // The first runs compile code and fill pools. The minimum of several runs is the allocation of this code alone.
    private static long AllocatedBy(Action action) => Enumerable.Range(0, 10).Select(_ =>
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }).Min();
}
