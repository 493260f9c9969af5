using Goim.Functions.Http;
using Goim.Logic.Gate;

namespace Goim.Functions.Tests.Unit.Http;

/// <summary>Bodies whose bytes arrive a few at a time, at a gate that takes all of them.</summary>
public sealed class BodyReaderTests
{
    private readonly CallGate gate = new("calls", 1, "Some__Setting", 1 << 30, "nothing was done");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16_384)]
    [InlineData(16_385)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(1_000_003)]
    public async Task A_body_is_read_whole_however_it_arrives(int length)
    {
        var body = new byte[length];
        new Random(length).NextBytes(body);
        foreach (var chunk in new[] { 1_000, 4_096, 1_000_003 })
        {
            using var call = gate.Begin();
            Assert.True((await BodyReader.ReadAsync(new Arriving(body, chunk), length, call, default)).Is(out var read, out _));
            Assert.Equal(body, read.ToArray());
        }
    }

    [Fact]
    public async Task A_body_of_16_KiB_takes_one_array_of_its_size()
    {
        var body = new Arriving(new byte[16_384], 1_000);
        var allocated = long.MaxValue;
        for (var i = 0; i < 10; i++)
        {
            body.Position = 0;
            using var call = gate.Begin();
            var before = GC.GetAllocatedBytesForCurrentThread();
            await BodyReader.ReadAsync(body, 16_384, call, default);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // An unoptimised build makes a class of the async state machine.
        Assert.InRange(allocated, 16_384, 16_384 + 400);
    }

    [Theory]
    [InlineData(1, 16_384)]
    [InlineData(20_000, 65_536)]
    [InlineData(100_000, 131_072)]
    public async Task An_announced_length_takes_no_memory_before_its_bytes_arrive(int arrived, int largest)
    {
        var body = new Arriving(new byte[arrived], 1_000);
        using var call = gate.Begin();

        await Assert.ThrowsAsync<EndOfStreamException>(async () => await BodyReader.ReadAsync(body, 32 * 1024 * 1024, call, default));

        Assert.Equal(largest, body.LargestBuffer);
    }

    [Fact]
    public async Task A_call_takes_its_turn_when_its_body_is_there()
    {
        using var call = gate.Begin();
        await BodyReader.ReadAsync(new Arriving(new byte[10], 5), 10, call, default);

        using var other = gate.Begin();
        Assert.False((await BodyReader.ReadAsync(new Arriving(new byte[10], 5), 10, other, default)).Is(out _, out var problem));
        Assert.StartsWith("1 calls are under way", problem.Error, StringComparison.Ordinal);
    }

    // As a body on the network: it cannot seek.
    private sealed class Arriving(byte[] body, int chunk) : MemoryStream(body)
    {
        private int filled;

        /// <summary>Size of the largest buffer that was read into, known from what was left of it.</summary>
        public int LargestBuffer { get; private set; }

        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            LargestBuffer = Math.Max(LargestBuffer, filled + buffer.Length);
            var read = Read(buffer.Span[..Math.Min(buffer.Length, chunk)]);
            filled += read;
            return ValueTask.FromResult(read);
        }
    }
}
