using Goim.Functions.Tests.Hosting;
using Goim.Logic;
using Goim.Logic.Idempotency;
using Goim.Logic.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Integration.Idempotency;

/// <summary>How long a key is held, over Azurite: by the storage's clock, whatever the clock of this machine says.</summary>
[Collection(nameof(AzuriteFixture))]
public sealed class HoldTests(AzuriteFixture fixture) : IDisposable
{
    private readonly string key = $"k-{Guid.NewGuid():N}";
    private readonly LogLines log = new();

    public void Dispose() => log.Dispose();

    // On a busy machine some seconds of the minute pass by themselves.
    [AzuriteFact]
    public async Task A_request_that_is_not_answered_holds_its_key_for_a_minute()
    {
        await using var proxy = await StorageProxy.StartAsync(fixture.Azurite!.NewAccount(), "Blob");
        var keys = Keys(proxy.ConnectionString);
        Assert.True((await keys.ClaimAsync(KeyOf(key), "first")).Is(out _, out _));

        proxy.DateAhead = TimeSpan.FromSeconds(50);
        Assert.Equal(ProblemKind.StillRunning, await ProblemAsync(keys, "first"));
        Assert.Equal(ProblemKind.BadInput, await ProblemAsync(keys, "other"));

        proxy.DateAhead = TimeSpan.FromSeconds(61);
        Assert.True((await keys.ClaimAsync(KeyOf(key), "other")).Is(out var claim, out _));
        Assert.Null(claim.First);
    }

    [AzuriteFact]
    public async Task An_answer_holds_its_key_for_five_minutes()
    {
        await using var proxy = await StorageProxy.StartAsync(fixture.Azurite!.NewAccount(), "Blob");
        var keys = Keys(proxy.ConnectionString);
        await AnswerAsync(keys);

        proxy.DateAhead = TimeSpan.FromSeconds(290);
        Assert.True((await keys.ClaimAsync(KeyOf(key), "first")).Is(out var repeated, out _));
        Assert.NotNull(repeated.First);
        Assert.Equal(ProblemKind.BadInput, await ProblemAsync(keys, "other"));

        proxy.DateAhead = TimeSpan.FromSeconds(301);
        Assert.True((await keys.ClaimAsync(KeyOf(key), "other")).Is(out var anew, out _));
        Assert.Null(anew.First);
    }

    [AzuriteTheory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_machine_whose_clock_is_an_hour_off_holds_keys_as_the_others_do(int hours)
    {
        await using var azurite = fixture.Azurite!.NewAccount();
        var wrong = new WrongClock(TimeSpan.FromHours(hours));
        await using var host = await TestHost.StartAsync(
            ["1"],
            [$"--AzureWebJobsStorage={azurite.ConnectionString}"],
            configure: builder => builder.Services.AddSingleton<TimeProvider>(wrong));
        Assert.Same(wrong, host.App.Services.GetRequiredService<TimeProvider>());

        var first = await StorageIdempotencyTests.SendAsync(host, "/1/push/all?ack=broker", "m", key);
        await using var other = await StorageHost.StartAsync(azurite);

        Assert.Equal(first.Body, (await StorageIdempotencyTests.SendAsync(other, "/1/push/all?ack=broker", "m", key)).Body);
        Assert.True((await Keys(azurite.ConnectionString).ClaimAsync(KeyOf("running"), "first")).Is(out _, out _));
        var keys = host.App.Services.GetRequiredService<IdempotencyKeys>();
        Assert.False((await keys.ClaimAsync(KeyOf("running"), "first")).Is(out _, out var problem));
        Assert.Equal(ProblemKind.StillRunning, problem.Kind);
    }

    [AzuriteFact]
    public async Task An_answer_whose_key_was_taken_is_not_stored_and_the_log_says_what_that_means()
    {
        await using var azurite = fixture.Azurite!.NewAccount();
        Assert.True((await Keys(azurite.ConnectionString).ClaimAsync(KeyOf(key), "first")).Is(out var claim, out _));
        Assert.Null(await claim.RenewAsync());
        await StorageIdempotencyTests.BlobOf(azurite, key).UploadAsync(BinaryData.FromString("taken"), overwrite: true);

        await claim.AnswerAsync(new FirstAnswer(null, default));

        Assert.Equal(1, log.Count("Warning: The answer of a push was not stored"));
        var blob = await StorageIdempotencyTests.BlobOf(azurite, key).DownloadContentAsync();
        Assert.Equal("taken", blob.Value.Content.ToString());
    }

    [AzuriteFact]
    public async Task A_key_that_was_taken_is_not_freed_and_the_log_says_so()
    {
        await using var azurite = fixture.Azurite!.NewAccount();
        Assert.True((await Keys(azurite.ConnectionString).ClaimAsync(KeyOf(key), "first")).Is(out var claim, out _));
        await StorageIdempotencyTests.BlobOf(azurite, key).UploadAsync(BinaryData.FromString("taken"), overwrite: true);

        await claim.DisposeAsync();

        Assert.Equal((1, 0), (log.Count("Warning: The idempotency key of a request that sent nothing was not freed"), log.Count("Error")));
        Assert.True(await StorageIdempotencyTests.BlobOf(azurite, key).ExistsAsync());
    }

    private async Task AnswerAsync(IdempotencyKeys keys)
    {
        Assert.True((await keys.ClaimAsync(KeyOf(key), "first")).Is(out var claim, out _));
        Assert.Null(await claim.RenewAsync());
        await claim.AnswerAsync(new FirstAnswer(null, default));
    }

    private async Task<ProblemKind?> ProblemAsync(IdempotencyKeys keys, string request) =>
        (await keys.ClaimAsync(KeyOf(key), request)).Is(out _, out var problem) ? null : problem.Kind;

    private static IdempotencyKey KeyOf(string text) => new("anyone", text);

    private IdempotencyKeys Keys(string connectionString) => new(
        Options.Create(new StorageOptions { ConnectionString = connectionString }),
        TimeProvider.System,
        new LoggerFactory([log]).CreateLogger<IdempotencyKeys>());

    private sealed class WrongClock(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
    }
}
