using CsCheck;
using Goim.Protocol;
using Goim.Router;
using Goim.Router.Memory;

namespace Goim.Functions.Tests.Unit.Router;

/// <summary>The sessions of a room are read slice by slice, while others come, leave and move.</summary>
public sealed class MembersByRoomTests
{
    private const int Room = 7, OtherRoom = 8, Runs = 3_000;
    private const double BytesOfSession = 55, BytesOfRoom = 23;

    private static readonly Gen<(char Kind, int User, int Seq)> AnyChange = Gen.Select(
        Gen.Frequency((4, Gen.Const('p')), (4, Gen.Const('d')), (2, Gen.Const('m')), (1, Gen.Const('r'))), Gen.Int[1, 12], Gen.Int[1, 3]);

    // Each slice has two sessions at most, so that every cursor is met. A restore of the highest seq makes that session the user's last.
    [Fact]
    public void A_session_that_stays_is_in_a_slice_whatever_happens_in_between() => Gen
        .Select(AnyChange.Array[0, 60], AnyChange.Array[0, 12].Array[1, 20])
        .Sample(
            (before, between) =>
            {
                var bucket = StartBucket();
                Apply(bucket, before);
                var (seen, staying) = (new HashSet<RoomMember>(), Members(bucket).ToHashSet());
                var cursor = MembersByRoom.Start;
                foreach (var changes in between)
                {
                    cursor = Read(bucket, cursor, seen);
                    if (cursor == 0)
                    {
                        break;
                    }

                    foreach (var change in changes)
                    {
                        Apply(bucket, [change]);
                        staying.IntersectWith(Members(bucket));
                    }
                }

                while (cursor != 0)
                {
                    cursor = Read(bucket, cursor, seen);
                }

                Assert.Subset(seen, staying);
            },
            iter: Runs);

    // With the highest seq there, new sessions have low ones, and its restore moves it to another place among the user's sessions.
    [Fact]
    public void A_session_that_becomes_its_users_last_keeps_its_place_in_the_room()
    {
        var bucket = StartBucket();
        bucket.Put(new PutArg { UserId = 1, Server = 3, RoomId = Room, Seq = int.MaxValue });
        bucket.Put(new PutArg { UserId = 1, Server = 3, RoomId = Room });
        bucket.Put(new PutArg { UserId = 2, Server = 3, RoomId = Room });
        var slice = new RoomMember[2];
        var cursor = bucket.ReadRoom(Room, MembersByRoom.Start, slice, out var count);
        var seen = slice[..count].ToHashSet();

        bucket.Put(new PutArg { UserId = 1, Server = 3, RoomId = OtherRoom, Seq = int.MaxValue });
        bucket.ReadRoom(Room, cursor, slice, out count);
        seen.UnionWith(slice[..count]);

        Assert.Equal([new(1, 1, 3), new(1, int.MaxValue, 3), new(2, 1, 3)], seen.Order());
        Assert.Equal(3, bucket.Count(users => users.Rooms[Room]));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(10)]
    [InlineData(1_000)]
    [InlineData(1_001)]
    public void A_session_in_a_room_takes_twelve_bytes_more_at_most_and_the_room_itself_as_many_as_its_count_took(int size) =>
        Assert.InRange(BytesOf(size) - BytesOf(0), 0, 12 + (BytesOfRoom / size));

    [Fact]
    public void A_session_alone_in_its_room_takes_no_byte_more_than_the_room() =>
        Assert.InRange(BytesOf(1) - BytesOf(0), 0, BytesOfRoom);

    [Fact]
    public void A_session_in_no_room_takes_no_byte_more_than_before() => Assert.InRange(BytesOf(0), 0, BytesOfSession);

    [Fact]
    public void What_rooms_took_is_used_again()
    {
        var bucket = StartBucket();
        var change = new ChangeRoomArg { UserId = 1, Seq = 1 };
        for (var user = 1; user <= 100; user++)
        {
            bucket.Put(new PutArg { UserId = user, Server = 3, RoomId = user / 4 });
        }

        Rounds(10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Rounds(1_000);

        // The answers, of 48 bytes.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000 * 64);

        void Rounds(int count)
        {
            for (var round = 0; round < 2 * count; round++)
            {
                (change.RoomId, change.IsSent) = (100 + (round / 2), round % 2 == 1);
                bucket.ChangeRoom(change);
            }
        }
    }

    private static Bucket StartBucket() => new(new MonotonicClock(TimeProvider.System), new RouterNodeOptions(), maxRequests: 1_000);

    // Bytes that a session allocates, where each room has so many; 0: in no room.
    private static double BytesOf(int sizeOfRoom)
    {
        const int Sessions = 200_200;
        var bucket = StartBucket();
        var put = new PutArg { Server = 3 };
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var user = 0; user < Sessions; user++)
        {
            (put.UserId, put.RoomId) = (user, sizeOfRoom == 0 ? -1 : user / sizeOfRoom);
            bucket.Put(put);
        }

        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Sessions;
    }

    private static void Apply(Bucket bucket, IEnumerable<(char Kind, int User, int Seq)> changes)
    {
        foreach (var (kind, user, seq) in changes)
        {
            switch (kind)
            {
                case 'p':
                    bucket.Put(new PutArg { UserId = user, Server = 3, RoomId = Room });
                    break;
                case 'd':
                    bucket.Del(user, seq, long.MaxValue);
                    break;
                case 'm':
                    var change = new ChangeRoomArg { UserId = user, Seq = seq, RoomId = user % 2 == 0 ? Room : OtherRoom };
                    bucket.ChangeRoom(change);
                    bucket.ChangeRoom(new ChangeRoomArg(change) { IsSent = true });
                    break;
                default:
                    bucket.Put(new PutArg { UserId = user, Server = 3, RoomId = Room, Seq = seq == 3 ? int.MaxValue : seq });
                    break;
            }
        }
    }

    private static int Read(Bucket bucket, int cursor, HashSet<RoomMember> seen)
    {
        var slice = new RoomMember[2];
        cursor = bucket.ReadRoom(Room, cursor, slice, out var count);
        seen.UnionWith(slice[..count]);
        return cursor;
    }

    // By the users' sessions, not by the room's.
    private static List<RoomMember> Members(Bucket bucket)
    {
        var members = new List<RoomMember>();
        bucket.Count(users =>
        {
            for (var index = 1; index < users.Sessions.End; index++)
            {
                var session = users.Sessions[index];
                if (session.IsLive && users.Rooms.RoomOf(index) == Room)
                {
                    members.Add(new RoomMember(session.UserId, session.Seq, session.Server));
                }
            }

            Assert.Equal(users.Rooms[Room], members.Count);
            return 0;
        });
        return members;
    }
}
