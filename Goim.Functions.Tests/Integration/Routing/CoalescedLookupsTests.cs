using Goim.Functions.Tests.Hosting;
using Goim.Logic.Routing;
using Goim.Logic.Routing.Lookup;
using Goim.Logic.Routing.Nodes;
using Goim.Protocol;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Goim.Functions.Tests.Integration.Routing;

/// <summary>
/// Lookups of single users at one real node: alone, or coalesced while another is under way. User u has a session on each server from 1
/// to u % 4.
/// </summary>
public sealed class CoalescedLookupsTests : IAsyncLifetime
{
    private const int Users = 40;
    private readonly Fault fault = new();
    private TestNode node = null!;
    private OpenNode opened = null!;

    public async Task InitializeAsync()
    {
        node = await Fault.StartNodeAsync(fault);
        foreach (var user in Enumerable.Range(0, Users))
        {
            foreach (var server in Enumerable.Range(1, user % 4))
            {
                await node.Client.PutAsync(new PutArg { UserId = user, Server = server });
            }
        }

        fault.Calls.Clear();
        opened = Open();
    }

    public async Task DisposeAsync()
    {
        opened.Dispose();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task One_that_finds_no_other_under_way_is_a_call_of_its_own()
    {
        Assert.Equal("1@1 2@2 3@3", await GetAsync(7));
        Assert.Equal("", await GetAsync(8));

        Assert.Equal(["Get", "Get"], fault.Calls);
    }

    [Fact]
    public async Task Those_that_come_while_one_is_under_way_share_calls_and_each_has_its_own_answer()
    {
        fault.Hold(1);
        var first = GetAsync(1);
        await UnderWayAsync();
        var others = Enumerable.Range(2, 30).Select(GetAsync).ToArray();
        Assert.Equal(Enumerable.Range(2, 30).Select(Expected), await Task.WhenAll(others));

        // The first is still under way.
        Assert.False(first.IsCompleted);
        fault.Release();

        Assert.Equal("1@1", await first);
        Assert.Equal(30, fault.Users.Sum());
        Assert.True(fault.Calls.Count < 10, string.Join(' ', fault.Calls));
    }

    [Fact]
    public async Task No_call_asks_for_more_users_than_a_batch_has()
    {
        using var narrow = Open(batchSize: 5);
        fault.Hold(1);
        var first = GetAsync(narrow, 1);
        await UnderWayAsync();

        Assert.Equal(
            Enumerable.Range(2, 33).Select(Expected),
            await Task.WhenAll(Enumerable.Range(2, 33).Select(user => GetAsync(narrow, user))));

        fault.Release();
        await first;
        Assert.Equal(33, fault.Users.Sum());
        Assert.All(fault.Users, users => Assert.InRange(users, 1, 5));
    }

    [Fact]
    public async Task Who_leaves_leaves_alone()
    {
        fault.Hold();
        using var leaving = new CancellationTokenSource();
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        var first = GetAsync(1);
        await UnderWayAsync();
        var others = Enumerable.Range(2, 10).Select(GetAsync).ToArray();
        var left = opened.Lookups.GetAsync(3, leaving.Token).AsTask();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opened.Lookups.GetAsync(3, gone.Token).AsTask());
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        fault.Release();
        Assert.Equal("1@1", await first);
        Assert.Equal(Enumerable.Range(2, 10).Select(Expected), await Task.WhenAll(others));
    }

    [Fact]
    public async Task A_failure_is_told_to_each()
    {
        fault.Hold(1);
        fault.FailNext(int.MaxValue);
        var first = AnswerAsync(1);
        await UnderWayAsync();
        var others = await Task.WhenAll(Enumerable.Range(2, 10).Select(AnswerAsync));
        fault.Release();

        Assert.All(others.Append(await first), answer => HasFailed(answer, StatusCode.Unavailable));
    }

    [Fact]
    public async Task An_answer_that_is_not_whole_is_told_to_each()
    {
        fault.Hold(1);
        fault.Spoil = reply => reply.Counts[0]++;
        var first = GetAsync(1);
        await UnderWayAsync();
        var others = await Task.WhenAll(Enumerable.Range(2, 10).Select(AnswerAsync));
        fault.Release();

        Assert.Equal("1@1", await first);
        Assert.All(others, answer => HasFailed(answer, StatusCode.DataLoss));
    }

    [Fact]
    public async Task Each_is_given_up_at_its_deadline()
    {
        using var hasty = Open(timeout: TimeSpan.FromMilliseconds(300));
        await Eventually.UntilAsync(async () => (await hasty.Lookups.GetAsync(1, default)).Sessions is not null);
        fault.Hold();

        var all = await Task.WhenAll(Enumerable.Range(1, 10).Select(user => hasty.Lookups.GetAsync(user, default).AsTask()));

        Assert.All(all, answer => HasFailed(answer, StatusCode.DeadlineExceeded));
    }

    // Every lookup ends with its own user's sessions or with an injected error, whatever happens meanwhile.
    [Fact]
    public async Task Nobody_is_forgotten_or_mistaken_among_many_who_come_leave_and_fail()
    {
        using var over = Open(batchSize: 7);
        var (answered, failed, left) = (0, 0, 0);
        var callers = Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            for (var i = 0; i < 400; i++)
            {
                if (random.Next(100) == 0)
                {
                    fault.FailNext(3);
                }

                using var leaving = new CancellationTokenSource();
                var user = random.Next(Users);
                var get = over.Lookups.GetAsync(user, leaving.Token);
                if (random.Next(4) == 0)
                {
                    await leaving.CancelAsync();
                }

                try
                {
                    var answer = await get;
                    Assert.True(
                        answer.Sessions is null ? answer.Failure.IsUnreachable : Text(answer.Sessions.Value) == Expected(user),
                        $"user {user}: {answer}");
                    Interlocked.Increment(ref (answer.Sessions is null ? ref failed : ref answered));
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref left);
                }
            }
        })).ToArray();

        await Task.WhenAll(callers).WaitAsync(Eventually.Limit);

        Assert.Equal(16 * 400, answered + failed + left);
        Assert.True(answered > 16 * 100 && left > 0, $"{answered} answered, {failed} failed, {left} left");
        fault.FailNext(0);
        Assert.Equal("1@1 2@2", await GetAsync(over, 2));
    }

    private static void HasFailed(LookupAnswer answer, StatusCode status)
    {
        Assert.Null(answer.Sessions);
        Assert.Equal(("1", status), (answer.Failure.Node, answer.Failure.Status));
    }

    private Task UnderWayAsync() => Eventually.UntilAsync(() => !fault.Calls.IsEmpty);

    private static string Expected(int user) => string.Join(' ', Enumerable.Range(1, user % 4).Select(seq => $"{seq}@{seq}"));

    private static string Text(UserSessions sessions) =>
        string.Join(' ', sessions.Seqs.ToArray().Zip(sessions.Servers.ToArray(), (seq, server) => $"{seq}@{server}"));

    private static async Task<string> GetAsync(OpenNode from, int user) =>
        Text((await from.Lookups.GetAsync(user, default)).Sessions!.Value);

    private Task<string> GetAsync(int user) => GetAsync(opened, user);

    private Task<LookupAnswer> AnswerAsync(int user) => opened.Lookups.GetAsync(user, default).AsTask();

    private OpenNode Open(int batchSize = 5_000, TimeSpan? timeout = null) =>
        new(new RouterOptions
        {
            Nodes = { ["1"] = node.Address },
            BatchSize = batchSize,
            CallTimeout = timeout ?? TimeSpan.FromMinutes(1),
        });

    private sealed class OpenNode : IDisposable
    {
        private readonly RingNodes nodes;

        public OpenNode(RouterOptions options)
        {
            nodes = new RingNodes(options, TestMetrics.New(), NullLogger.Instance);
            Lookups = new CoalescedLookups(nodes.All[0], options);
        }

        public CoalescedLookups Lookups { get; }

        public void Dispose()
        {
            Lookups.Dispose();
            nodes.Dispose();
        }
    }
}
