using System.Buffers;
using Goim.Logic.Push;
using Goim.Logic.Routing;
using Goim.Protocol;

namespace Goim.Functions.Tests.Push;

/// <summary>What the hot paths allocate, exactly: to be the same tomorrow.</summary>
public sealed class AllocationTests
{
    private const int Users = 2_000;

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
        var subKeys = Enumerable.Range(1, Users).Select(user => new SubKey(user, 1)).ToArray();
        var message = new byte[1_000];

        Writes(() => KafkaMsg.WriteMultiple(output, 3, subKeys, message));
        Writes(() => KafkaMsg.WriteFormatted(output, 3, "\"42_1\","u8, message));
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

    // Of the fixed cost of a plan no more than 1 KB; then, as the records' own text, 12 bytes for "1000000_1", a user.
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

    private static void Plan(PackedUsers users)
    {
        var planner = new PushPlanner(new RecordSize(1_000_000), "m"u8.ToArray());
        planner.Add(users);
        Assert.True(planner.Plan().Is(out _, out _));
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

    // The first times code is compiled and pools are filled. The least of some runs is that of none but this code.
    private static long AllocatedBy(Action action) => Enumerable.Range(0, 10).Select(_ =>
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }).Min();
}
