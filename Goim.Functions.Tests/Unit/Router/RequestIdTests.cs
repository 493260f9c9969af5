using Goim.Protocol;
using Goim.Router;
using Google.Protobuf;

namespace Goim.Functions.Tests.Unit.Router;

/// <summary>Puts with a request id, that a comet repeats or takes back when it has had no answer.</summary>
public sealed class RequestIdTests : MemoryTests
{
    [Fact]
    public async Task A_repeated_put_gets_the_same_seq_and_changes_nothing()
    {
        var sessions = Start();
        Assert.Equal(1, await PutAsync(sessions, id: 1));
        Assert.Equal(2, await PutAsync(sessions, id: 2));

        Assert.Equal(1, await PutAsync(sessions, id: 1));
        Assert.Equal("1@3 2@3", await SessionsAsync(sessions));
    }

    [Fact]
    public async Task A_repeated_put_whose_session_is_gone_or_another_servers_is_refused()
    {
        var sessions = Start();
        await PutAsync(sessions, id: 1);
        Assert.Equal(PutRefusal.RequestDeleted, await PutAsync(sessions, server: 4, id: 1));
        await sessions.DelAsync(42, 1, null);

        Assert.Equal(PutRefusal.RequestDeleted, await PutAsync(sessions, id: 1));
        Assert.Equal("", await SessionsAsync(sessions));
    }

    [Fact]
    public async Task A_session_is_found_by_its_id_as_long_as_it_lives()
    {
        var sessions = Start();
        await PutAsync(sessions, id: 1);
        await PutAsync(sessions, id: 2);
        Time.Advance(TimeSpan.FromHours(1));
        sessions.Expire();

        Assert.True(await sessions.DelRequestAsync(42, RequestId(1)));
        Assert.False(await sessions.DelRequestAsync(42, RequestId(1)));
        Assert.Equal("2@3", await SessionsAsync(sessions));
    }

    [Fact]
    public async Task A_repeat_is_known_for_60_s_from_the_first_put()
    {
        var sessions = Start();
        await PutAsync(sessions, id: 1);
        Time.Advance(TimeSpan.FromMilliseconds(59_999));
        Assert.Equal(1, await PutAsync(sessions, id: 1));

        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, await PutAsync(sessions, id: 1));
    }

    [Fact]
    public async Task The_id_of_another_user_is_another_id()
    {
        var sessions = Start();
        await PutAsync(sessions, id: 1);
        await PutAsync(sessions);

        Assert.Equal(1, await PutAsync(sessions, user: 43, id: 1));
        Assert.False(await sessions.DelRequestAsync(44, RequestId(1)));
        Assert.Equal(1, await PutAsync(sessions, user: 43, id: 1));
    }

    [Fact]
    public async Task A_put_with_a_seq_and_an_id_is_repeated_too()
    {
        var sessions = Start();
        Assert.Equal(7, await PutAsync(sessions, seq: 7, id: 1));

        Assert.Equal(7, await PutAsync(sessions, seq: 9, id: 1));
        Assert.Equal(8, await PutAsync(sessions));
    }

    // An id whose bytes are a server and a seq.
    [Fact]
    public async Task An_id_is_never_taken_for_a_restore()
    {
        var sessions = Start();
        await PutAsync(sessions);
        var id = ByteString.CopyFrom([4, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
        Assert.Equal(2, await PutAsync(sessions, server: 4, seq: 1));

        Assert.False(await sessions.DelRequestAsync(42, id));
        Assert.Equal("1@3 2@4", await SessionsAsync(sessions));
        Assert.Equal(2, await PutAsync(sessions, server: 4, seq: 1));
    }

    [Fact]
    public async Task A_deletion_by_id_deletes_the_session_and_refuses_the_id()
    {
        var sessions = Start();
        await PutAsync(sessions, id: 1);

        Assert.True(await sessions.DelRequestAsync(42, RequestId(1)));
        Assert.False(await sessions.DelRequestAsync(42, RequestId(1)));
        Assert.Equal("", await SessionsAsync(sessions));
        Assert.Equal(PutRefusal.RequestDeleted, await PutAsync(sessions, id: 1));
    }

    [Fact]
    public async Task A_deletion_by_id_that_overtakes_its_put_refuses_the_put_for_60_s()
    {
        var sessions = Start();
        Assert.False(await sessions.DelRequestAsync(42, RequestId(1)));
        Assert.Equal(PutRefusal.RequestDeleted, await PutAsync(sessions, id: 1));
        Time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(await sessions.DelRequestAsync(42, RequestId(1)));
        Time.Advance(TimeSpan.FromMilliseconds(59_999));
        sessions.Expire();
        Assert.Equal(PutRefusal.RequestDeleted, await PutAsync(sessions, id: 1));

        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await PutAsync(sessions, id: 1));
    }

    [Fact]
    public async Task A_put_that_was_refused_is_tried_again_when_it_is_repeated()
    {
        var sessions = Start(new RouterNodeOptions { MaxSessionsPerUser = 1 });
        await PutAsync(sessions, id: 1);
        Assert.Equal(PutRefusal.TooManySessions, await PutAsync(sessions, id: 2));
        Assert.Equal(1, await PutAsync(sessions, id: 1));

        await sessions.DelAsync(42, 1, null);
        Assert.Equal(2, await PutAsync(sessions, id: 2));
    }

    [Fact]
    public async Task A_node_that_has_its_maximum_of_ids_refuses_new_ones_until_the_oldest_are_60_s_old()
    {
        var sessions = Start();
        for (var id = 1; id <= 1_000; id++)
        {
            await PutAsync(sessions, user: id, id: id);
            Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(PutRefusal.TooManyRequests, await PutAsync(sessions, id: 1_001));
        Assert.Equal(1, await PutAsync(sessions, user: 1, id: 1));
        Assert.Equal(2, await PutAsync(sessions, user: 1));
        Assert.Equal(7, await PutAsync(sessions, user: 7, seq: 7));

        // A deletion by id still works. It takes the place of the oldest id.
        Assert.False(await sessions.DelRequestAsync(42, RequestId(1_001)));
        Assert.Equal(PutRefusal.RequestDeleted, await PutAsync(sessions, id: 1_001));
        Assert.Equal(PutRefusal.TooManyRequests, await PutAsync(sessions, user: 1, id: 1));
        Assert.True(await sessions.DelRequestAsync(500, RequestId(500)));

        Time.Advance(TimeSpan.FromMilliseconds(59_001));
        Assert.Equal(PutRefusal.TooManyRequests, await PutAsync(sessions, id: 1_002));
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, await PutAsync(sessions, id: 1_002));
    }

    [Fact]
    public async Task Ids_that_are_over_make_room_at_the_sweep()
    {
        var sessions = Start(maxRequests: 3_000);
        for (var id = 1; id <= 3_000; id++)
        {
            await PutAsync(sessions, id: id);
        }

        Assert.Equal(PutRefusal.TooManyRequests, await PutAsync(sessions, id: 3_001));
        Time.Advance(TimeSpan.FromSeconds(60));
        sessions.Expire();
        for (var id = 1; id <= 3_000; id++)
        {
            Assert.Equal(3_000 + id, await PutAsync(sessions, id: id));
        }
    }
}
