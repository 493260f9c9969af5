using Goim.Functions.Tests.Hosting;
using Goim.Logic.Journal;

namespace Goim.Functions.Tests.Integration.Functions;

/// <summary>The worker's process as the Functions host starts it.</summary>
[Collection(nameof(AzuriteFixture))]
public sealed class ProgramTests(AzuriteFixture fixture)
{
    // Nothing listens on port 1.
    private const string NoStorage = "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=AAAA;"
        + "BlobEndpoint=http://127.0.0.1:1/devstoreaccount1;QueueEndpoint=http://127.0.0.1:1/devstoreaccount1";

    [Fact]
    public async Task A_setting_that_is_refused_ends_the_start_with_a_sentence()
    {
        using var worker = new WorkerProcess(("KafkaQueueMessages", "0"));

        Assert.Equal((1, "Start failed: KafkaQueueMessages is 0: expected 1 to 10000000.\n"), await worker.EndAsync());
    }

    [Fact]
    public async Task Without_a_kind_of_tokens_the_start_is_refused()
    {
        using var worker = new WorkerProcess(("Connect__Tokens", ""));

        Assert.Equal(
            (1, "Start failed: Connect__Tokens is not set: expected Jwt, signed tokens, or UserId, where any client may be any user "
                + "(for trials).\n"),
            await worker.EndAsync());
    }

    [Fact]
    public async Task Tokens_that_are_user_ids_are_a_warning()
    {
        using var worker = new WorkerProcess();

        await worker.ReadErrorToAsync("warn: Goim.Logic.Tokens.UserIdWarning: Connect__Tokens is UserId: any client may be any user.");
    }

    [Fact]
    public async Task A_storage_that_is_down_does_not_end_the_start_and_is_a_warning()
    {
        using var worker = new WorkerProcess(("AzureWebJobsStorage", NoStorage));

        await worker.UntilConnectedAsync();
        await worker.ReadErrorToAsync("warn: Goim.Logic.Journal.JournalPoller: The journal's storage does not answer");
    }

    [AzuriteTheory]
    [InlineData("trigger")]
    [InlineData("worker")]
    public async Task The_journals_queue_is_made_at_start(string replay)
    {
        var storage = fixture.Azurite!.NewAccount();
        using var worker = new WorkerProcess(("AzureWebJobsStorage", storage.ConnectionString), ("Journal__Replay", replay));

        await Eventually.UntilAsync(async () => await storage.Queue(RouterJournal.Queue).ExistsAsync());
    }
}
