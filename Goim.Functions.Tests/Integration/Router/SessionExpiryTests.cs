using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>Expiry of sessions, on a node whose clock the test sets.</summary>
public sealed class SessionExpiryTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private TestNode node = null!;

    public async Task InitializeAsync() => node = await TestNode.StartAsync(
        builder => builder.Services.AddSingleton<TimeProvider>(time), "--RouterNode:SessionExpiry=00:10:00");

    public async Task DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task Seq_is_not_reused_within_the_expiry()
    {
        await PutAndDelAsync(42);
        time.Advance(TimeSpan.FromMinutes(9));
        node.Expire();

        Assert.Equal(2, await PutAsync(42));
    }

    [Fact]
    public async Task A_user_without_a_session_is_forgotten_after_the_expiry()
    {
        await PutAndDelAsync(42);
        time.Advance(TimeSpan.FromMinutes(11));
        node.Expire();

        Assert.Equal(1, await PutAsync(42));
    }

    [Fact]
    public async Task A_user_who_came_and_left_again_is_kept_from_the_last_time_on()
    {
        await PutAndDelAsync(42);
        time.Advance(TimeSpan.FromMinutes(6));
        await PutAndDelAsync(42);
        time.Advance(TimeSpan.FromMinutes(6));
        node.Expire();
        Assert.Equal(3, await PutAsync(42));
        await node.Client.DelAsync(new DelArg { UserId = 42, Seq = 3 });

        time.Advance(TimeSpan.FromMinutes(11));
        node.Expire();
        time.Advance(TimeSpan.FromMinutes(11));
        node.Expire();
        Assert.Equal(1, await PutAsync(42));
    }

    [Fact]
    public async Task The_node_forgets_by_itself()
    {
        // The sweep runs on the timer's thread.
        await Eventually.UntilAsync(async () =>
        {
            await PutAndDelAsync(42);
            time.Advance(TimeSpan.FromMinutes(12));
            return await SeqAfterLeavingAsync(42) == 1;
        });
    }

    [Fact]
    public async Task A_user_with_a_session_is_never_forgotten()
    {
        Assert.Equal(1, await PutAsync(42));
        Assert.Equal(2, await PutAsync(42));
        await node.Client.DelAsync(new DelArg { UserId = 42, Seq = 2 });
        for (var i = 0; i < 20; i++)
        {
            time.Advance(TimeSpan.FromMinutes(10));
            node.Expire();
        }

        Assert.Equal(3, await PutAsync(42));
    }

    [Fact]
    public async Task A_fenced_Del_spares_a_session_made_after_the_fence()
    {
        var fence = time.GetUtcNow().ToUnixTimeMilliseconds();
        time.Advance(TimeSpan.FromMilliseconds(1));
        await PutAsync(42);

        Assert.False((await node.Client.DelAsync(new DelArg { UserId = 42, Seq = 1, BeforeUnixMs = fence })).Has);
        Assert.True((await node.Client.DelAsync(new DelArg { UserId = 42, Seq = 1, BeforeUnixMs = fence + 1 })).Has);
    }

    [Fact]
    public async Task A_fenced_Del_spares_a_session_restored_after_the_fence()
    {
        await PutAsync(42);
        var fence = time.GetUtcNow().ToUnixTimeMilliseconds();
        time.Advance(TimeSpan.FromSeconds(1));
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3, RoomId = 1, Seq = 1 });

        Assert.False((await node.Client.DelAsync(new DelArg { UserId = 42, Seq = 1, BeforeUnixMs = fence })).Has);
    }

    [Fact]
    public async Task A_fenced_DelServer_spares_sessions_made_after_the_fence()
    {
        await PutAsync(42);
        var fence = time.GetUtcNow().ToUnixTimeMilliseconds();
        time.Advance(TimeSpan.FromMilliseconds(1));
        await PutAsync(42);

        await node.Client.DelServerAsync(new DelServerArg { Server = 3, BeforeUnixMs = fence });

        Assert.Equal([2], (await node.Client.GetAsync(new GetArg { UserId = 42 })).Seqs);
    }

    private async Task<int> PutAsync(long user) => (await node.Client.PutAsync(new PutArg { UserId = user, Server = 3, RoomId = 1 })).Seq;

    private async Task PutAndDelAsync(long user) => await node.Client.DelAsync(new DelArg { UserId = user, Seq = await PutAsync(user) });

    private async Task<int> SeqAfterLeavingAsync(long user)
    {
        var seq = await PutAsync(user);
        await node.Client.DelAsync(new DelArg { UserId = user, Seq = seq });
        return seq;
    }
}
