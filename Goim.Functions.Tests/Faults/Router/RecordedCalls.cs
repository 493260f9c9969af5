using System.Collections.Concurrent;
using Goim.Protocol;
using Google.Protobuf;
using Grpc.Core;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>
/// Callers of router nodes over one Redis. They repeat a call that failed at another node, as the app does, and record the answers.
/// </summary>
/// <param name="firstUser">The lowest id of the two hundred users.</param>
/// <param name="nodes">The nodes.</param>
internal sealed class RecordedCalls(long firstUser, params RouterRPC.RouterRPCClient[] nodes)
{
    private const int Users = 200, Servers = 5, Rooms = 7;

    /// <summary>A comet server whose sessions are deleted together, again and again.</summary>
    private const int RestartedServer = Servers;

    /// <summary>Time from one round of a caller to the next: leaves the machine time for the fault.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40);

    private readonly ConcurrentQueue<(long User, int Seq)> toDelete = new();
    private readonly ConcurrentQueue<string> wrong = new();
    private int failed;

    /// <summary>The sessions by the answers.</summary>
    public RecordedSessions Sessions { get; } = new([.. Enumerable.Range(0, Users).Select(i => firstUser + i)]);

    /// <summary>Calls that failed, and were repeated.</summary>
    public int Failed => failed;

    /// <summary>Answers that were wrong when they came.</summary>
    public IReadOnlyCollection<string> Wrong => wrong;

    /// <summary>
    /// Makes calls until a task has ended, and every call is answered. Every fifth caller deletes what the others have put.
    /// </summary>
    public async Task RunAsync(int callers, Task until)
    {
        await Task.WhenAll(Enumerable.Range(0, callers)
            .Select(caller => caller % 5 == 0 ? DeleteAsync(until) : PutAsync(new Random(caller), caller % Servers, until))
            .Append(DelServersAsync(until)));
        await until;
    }

    /// <summary>Deletes server after server, until nothing is left.</summary>
    public async Task AssertDelServersAsync()
    {
        for (var server = 0; server < Servers; server++)
        {
            await DelServerAsync(server);
            Assert.DoesNotContain(server, (await Sessions.FoundAsync(nodes[0])).Values);
            Assert.False((await nodes[0].AllServerCountAsync(new NoArg())).Counter.ContainsKey(server));
        }

        Assert.Empty(await Sessions.FoundAsync(nodes[0]));
        Assert.Empty((await nodes[0].AllRoomCountAsync(new NoArg())).Counter);
        Assert.Equal(0, (await nodes[0].CountAsync(new NoArg())).Count);
    }

    private async Task PutAsync(Random random, int server, Task until)
    {
        using var pace = new PeriodicTimer(Pace);
        for (var i = 0; !until.IsCompleted && await pace.WaitForNextTickAsync(); i++)
        {
            var session = await PutAsync(firstUser + random.Next(Users), server, random.Next(Rooms));
            await LookUpAsync(session);
            if (i % 4 == 0)
            {
                await RestoreAsync(session, random.Next(Rooms));
                await ChangeRoomAsync(session, random.Next(Rooms));
            }

            if (i % 20 == 0)
            {
                await CountAsync();
            }

            if (i % 3 == 0)
            {
                toDelete.Enqueue(session);
            }
        }
    }

    // The answer may be that the session was not there: a repeated call finds it deleted.
    private async Task DeleteAsync(Task until)
    {
        using var pace = new PeriodicTimer(Pace);
        while (!until.IsCompleted && await pace.WaitForNextTickAsync())
        {
            if (toDelete.TryDequeue(out var session))
            {
                await UntilAnsweredAsync((node, options) =>
                    node.DelAsync(new DelArg { UserId = session.User, Seq = session.Seq }, options));
                Sessions.Delete(session);
            }
        }
    }

    private async Task DelServersAsync(Task until)
    {
        var random = new Random(-1);
        using var pace = new PeriodicTimer(Pace);
        while (!until.IsCompleted && await pace.WaitForNextTickAsync())
        {
            var sessions = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ =>
                PutAsync(firstUser + random.Next(Users), RestartedServer, 0)));
            await DelServerAsync(RestartedServer);
            foreach (var session in sessions)
            {
                Sessions.Delete(session);
            }
        }
    }

    private async Task<(long User, int Seq)> PutAsync(long user, int server, int room)
    {
        var id = ByteString.CopyFrom(Guid.NewGuid().ToByteArray());
        var put = await UntilAnsweredAsync((node, options) =>
            node.PutAsync(new PutArg { UserId = user, Server = server, RoomId = room, RequestId = id }, options));
        if (!Sessions.Add((user, put.Seq), server, room))
        {
            wrong.Enqueue($"session {user}_{put.Seq} was given twice");
        }

        return (user, put.Seq);
    }

    private async Task LookUpAsync((long User, int Seq) session)
    {
        var found = await UntilAnsweredAsync((node, options) => node.GetAsync(new GetArg { UserId = session.User }, options));
        if (!found.Seqs.Contains(session.Seq))
        {
            wrong.Enqueue($"session {session.User}_{session.Seq} is not found");
        }
    }

    // Into a room that it is not put into, since it is there.
    private async Task RestoreAsync((long User, int Seq) session, int room)
    {
        var put = new PutArg { UserId = session.User, Server = Sessions.ServerOf(session), RoomId = room, Seq = session.Seq };
        var restored = await UntilAnsweredAsync((node, options) => node.PutAsync(put, options));
        if (restored.Seq != session.Seq)
        {
            wrong.Enqueue($"session {session.User}_{session.Seq} was restored as {restored.Seq}");
        }
    }

    // Both calls of a change. A session that a failover has lost cannot be moved.
    private async Task ChangeRoomAsync((long User, int Seq) session, int room)
    {
        foreach (var isSent in new[] { false, true })
        {
            var change = new ChangeRoomArg { UserId = session.User, Seq = session.Seq, RoomId = room, IsSent = isSent };
            var reply = await UntilAnsweredAsync((node, options) =>
                node.MChangeRoomAsync(new MChangeRoomArg { Changes = { change } }, options));
            if (reply.Changes.Single().Has)
            {
                Sessions.Move(session, room);
            }
        }
    }

    private async Task CountAsync()
    {
        var rooms = await UntilAnsweredAsync((node, options) => node.AllRoomCountAsync(new NoArg(), options));
        var servers = await UntilAnsweredAsync((node, options) => node.AllServerCountAsync(new NoArg(), options));
        foreach (var (id, count) in rooms.Counter.Concat(servers.Counter).Where(count => count.Value < 0))
        {
            wrong.Enqueue($"the count of room or server {id} is {count}");
        }
    }

    private Task<NoReply> DelServerAsync(int server) =>
        UntilAnsweredAsync((node, options) => node.DelServerAsync(new DelServerArg { Server = server }, options));

    private async Task<T> UntilAnsweredAsync<T>(Func<RouterRPC.RouterRPCClient, CallOptions, AsyncUnaryCall<T>> call)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var attempt = Random.Shared.Next(nodes.Length); ; attempt++)
        {
            try
            {
                return await call(nodes[attempt % nodes.Length], new CallOptions(deadline: DateTime.UtcNow.AddSeconds(10)));
            }
            catch (RpcException down) when (down.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
            {
                Interlocked.Increment(ref failed);
                await timer.WaitForNextTickAsync();
            }
        }
    }
}
