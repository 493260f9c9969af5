using Goim.Protocol;
using Goim.Router;
using Goim.Router.Epochs;
using Goim.Router.Leases;
using Goim.Router.Memory;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Unit.Router;

/// <summary>Bytes that a node with its sessions in memory allocates for a call, without gRPC's share.</summary>
public sealed class SessionAllocationTests : IDisposable
{
    private const int Calls = 1_000;

    private readonly MemorySessions sessions = new(Options.Create(new RouterNodeOptions()), TimeProvider.System);
    private readonly Scans scans = new(TimeProvider.System);
    private readonly RouterService service;

    public SessionAllocationTests() => service = new RouterService(
        sessions,
        new NoLeases(),
        new MemoryEpochs(sessions),
        new AllUsers(sessions, scans),
        scans,
        new Refusals(Options.Create(new RouterNodeOptions())),
        new ColdStart(sessions),
        new SessionDeletion(sessions, new MemoryEpochs(sessions), TimeProvider.System));

    public void Dispose() => scans.Dispose();

    [Fact]
    public async Task A_put_that_takes_the_place_of_a_session_that_is_gone_allocates_nothing()
    {
        var puts = Puts(seq: 0);
        await AllocatedAsync(user => sessions.PutAsync(puts[user]));
        await AllocatedAsync(user => sessions.PutAsync(puts[user]));
        await AllocatedAsync(user => sessions.DelAsync(user, 1, null));

        Assert.Equal(0, await AllocatedAsync(user => sessions.PutAsync(puts[user])));
    }

    [Fact]
    public async Task A_put_of_a_session_that_is_there_and_its_deletion_allocate_nothing()
    {
        var puts = Puts(seq: 1);
        await AllocatedAsync(user => sessions.PutAsync(puts[user]));

        Assert.Equal(0, await AllocatedAsync(user => sessions.PutAsync(puts[user])));
        Assert.Equal(0, await AllocatedAsync(user => sessions.DelAsync(user, 1, null)));
        Assert.Equal(0, await sessions.CountAsync());
    }

    [Fact]
    public async Task A_get_of_a_user_with_one_session_allocates_its_reply_and_a_task()
    {
        const int Reply = 40, List = 32, ArrayOfOne = 32, TaskOfReply = 72;
        var puts = Puts(seq: 0);
        var gets = Enumerable.Range(0, 2 * Calls).Select(user => new GetArg { UserId = user }).ToArray();
        await AllocatedAsync(user => sessions.PutAsync(puts[user]));

        Assert.Equal(
            Reply + (2 * (List + ArrayOfOne)) + TaskOfReply,
            await AllocatedAsync(user => new ValueTask<GetReply>(service.Get(gets[user], null!))));
    }

    private static PutArg[] Puts(int seq) =>
    [
        .. Enumerable.Range(0, 2 * Calls)
            .Select(user => new PutArg { UserId = user, Server = user % 10, RoomId = user % 100, Seq = seq }),
    ];

    // Bytes of one call: the mean over half of the users, after warm-up calls for the other half. No call waits, so all of them run on
    // this thread.
    private static async Task<double> AllocatedAsync<TResult>(Func<int, ValueTask<TResult>> call)
    {
        for (var user = 0; user < Calls; user++)
        {
            await call(user);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var user = Calls; user < 2 * Calls; user++)
        {
            await call(user);
        }

        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Calls;
    }
}
