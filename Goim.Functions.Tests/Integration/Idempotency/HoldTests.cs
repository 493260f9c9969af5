using Goim.Functions.Tests.Hosting;
using Goim.Logic;
using Goim.Logic.Idempotency;
using Goim.Logic.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Integration.Idempotency;

/// <summary>How long a key is held, over Azurite, by a clock that the test sets.</summary>
[Collection(nameof(AzuriteFixture))]
public sealed class HoldTests(AzuriteFixture fixture)
{
    private readonly string key = $"k-{Guid.NewGuid():N}";
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [AzuriteFact]
    public async Task A_request_that_is_not_answered_holds_its_key_for_a_minute()
    {
        var keys = Keys();
        Assert.True((await keys.ClaimAsync(key, "first")).Is(out _, out _));

        time.Advance(TimeSpan.FromMilliseconds(59_999));
        Assert.Equal(ProblemKind.StillRunning, await ProblemAsync(keys, "first"));
        Assert.Equal(ProblemKind.BadInput, await ProblemAsync(keys, "other"));

        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True((await keys.ClaimAsync(key, "other")).Is(out var claim, out _));
        Assert.Null(claim.First);
    }

    [AzuriteFact]
    public async Task An_answer_holds_its_key_for_five_minutes()
    {
        var keys = Keys();
        Assert.True((await keys.ClaimAsync(key, "first")).Is(out var claim, out _));
        Assert.Null(await claim.RenewAsync());
        await claim.AnswerAsync(new FirstAnswer(null, default));

        time.Advance(TimeSpan.FromMilliseconds(299_999));
        Assert.True((await keys.ClaimAsync(key, "first")).Is(out var repeated, out _));
        Assert.NotNull(repeated.First);
        Assert.Equal(ProblemKind.BadInput, await ProblemAsync(keys, "other"));

        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True((await keys.ClaimAsync(key, "other")).Is(out var anew, out _));
        Assert.Null(anew.First);
    }

    private async Task<ProblemKind?> ProblemAsync(IdempotencyKeys keys, string request) =>
        (await keys.ClaimAsync(key, request)).Is(out _, out var problem) ? null : problem.Kind;

    private IdempotencyKeys Keys() => new(
        Options.Create(new StorageOptions { ConnectionString = fixture.Azurite!.ConnectionString }),
        time,
        NullLogger<IdempotencyKeys>.Instance);
}
