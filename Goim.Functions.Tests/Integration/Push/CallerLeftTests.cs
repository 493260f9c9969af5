using Goim.Functions.Tests.Hosting;
using Goim.Logic.Gate;
using Goim.Logic.Input;
using Goim.Logic.Push.Batch;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Push;

public sealed class CallerLeftTests
{
    [Fact]
    public async Task A_batch_whose_caller_left_while_it_was_read_is_not_planned_and_sends_nothing()
    {
        await using var host = await TestHost.StartAsync();
        var batch = host.App.Services.GetRequiredService<PushBatch>();
        Assert.True(PushBatch.Read(RawQuery.Of("/1/push/batch"), null).Is(out var answer, out _));
        using var caller = new CancellationTokenSource();
        using var call = new CallGate("pushes", 1, "Push__MaxConcurrent", 1_000, "nothing was sent").Begin();
        using var body = new LastBody("{\"all\":true,\"m\":1}\n"u8.ToArray(), caller);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => batch.PushAsync(default, body, answer, call, caller.Token));

        Assert.Empty(host.Records());
    }

    /// <summary>A body whose caller leaves when it has been read to its end.</summary>
    private sealed class LastBody(byte[] bytes, CancellationTokenSource caller) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            if (read == 0)
            {
                await caller.CancelAsync();
            }

            return read;
        }
    }
}
