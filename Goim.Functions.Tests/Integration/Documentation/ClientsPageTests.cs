using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Goim.Client;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Clients;
using Goim.Functions.Tests.Integration.Idempotency;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;

namespace Goim.Functions.Tests.Integration.Documentation;

/// <summary>docs/clients.md: its code is that of the sample and of <see cref="ClientsPageExamples"/>, and does what it says.</summary>
public sealed partial class ClientsPageTests(AzuriteFixture storage) : IClassFixture<AzuriteFixture>
{
    private static readonly string Page = Read("docs", "clients.md");

    [Fact]
    public void The_pages_code_is_what_the_tests_run()
    {
        var sample = Read("Goim.Client.Sample", "Program.cs");
        var examples = Lines(Read("Goim.Functions.Tests", "Integration", "Documentation", "ClientsPageExamples.cs"));
        var blocks = CSharpBlock().Matches(Page).Select(static block => block.Groups["text"].Value).ToList();

        Assert.Equal(7, blocks.Count);
        Assert.Equal(sample, blocks[0]);
        Assert.InRange(sample.Split('\n').Length, 1, 35);
        Assert.All(blocks.Skip(1), block => Assert.Contains(Lines(block), examples, StringComparison.Ordinal));
    }

    [AzuriteFact]
    public async Task The_pages_code_runs()
    {
        await using var host = await StorageHost.StartAsync(storage.Azurite!.NewAccount());
        await host.PostAsync("1/room/change", """{"key":"42_1","roomId":7}""");
        host.LeaveOutWhatIsThere();
        await using var services = host.NewClient(static options => options.UseIdempotencyKeys = true);
        var goim = services.GetRequiredService<GoimClient>();
        using var printed = new StringWriter { NewLine = "\n" };

        await ClientsPageExamples.PushAsync(goim);
        Assert.Equal(
            [
                "\"to two rooms\"", "\"to two rooms\"", "to a room", "to every device of user 42", "to everyone", "to one device",
                """{"test":1}""",
            ],
            host.Records().Select(MessageOf).Order(StringComparer.Ordinal));

        await ClientsPageExamples.PrintOutcomeAsync(goim, printed);
        await ClientsPageExamples.PrintOutcomeAsync(goim, printed);
        await ClientsPageExamples.PushManyAsync(goim, new (long, int)[] { (42, 1), (43, 2) }.ToAsyncEnumerable(), printed);
        var (reached, inRoom, total, kicked) = await ClientsPageExamples.WhoIsThereAsync(goim, printed);

        Assert.Equal("Acknowledged: 1 sessions, 1 records\nAcknowledged: 1 sessions, 1 records\n42: 42_1\n", printed.ToString());
        Assert.Equal([43], reached.OfflineUsers);
        Assert.Equal((1, new TotalCount(1, 1), 1), (inRoom, total, kicked));
        Assert.Single(host.Records(), static record => MessageOf(record) == "paid");
    }

    [Fact]
    public async Task The_pages_registrations_work()
    {
        var services = new ServiceCollection();
        ClientsPageExamples.AddIdentity(services);
        ClientsPageExamples.AddTelemetry(services);
        await using var provider = services.BuildServiceProvider();

        Assert.NotNull(provider.GetRequiredService<GoimClient>());
        Assert.NotNull(provider.GetRequiredService<TracerProvider>());
    }

    [Theory]
    [InlineData("BackendSample")]
    [InlineData("NetStandardBackendSample")]
    public async Task The_sample_tells_a_buyers_devices_and_says_what_the_app_refuses(string program)
    {
        await using var host = await TestHost.StartAsync("--Comet:Embedded=true");
        using var client = ClientProcess.Start($"ws://127.0.0.1:{host.Http.BaseAddress!.Port}/sub", "42");
        await Eventually.UntilAsync(async () => await host.SessionsAsync(42) == 1);
        var shell = ShellBlock().Matches(Page).Select(static block => block.Groups["text"].Value).ToList();
        Assert.Equal((2, "dotnet run --project Goim.Client.Sample"), (shell.Count, shell[0]));

        using (var sample = SampleProcess.Start(program, host.Http.BaseAddress))
        {
            Assert.Equal("Devices told: 1\n", await sample.CurlAsync(shell[1]));
            Assert.Equal("Order 7 is on its way.", await client.MessageAsync());
        }

        await using var locked = await TestHost.StartAsync(
            "--Access:Callers:other:Key=the-key-of-another", "--Access:Callers:other:Scopes=read");
        using var refused = SampleProcess.Start(program, locked.Http.BaseAddress!);
        Assert.StartsWith("None: the request names no caller", await refused.CurlAsync(shell[1]), StringComparison.Ordinal);
    }

    private static string Read(params string[] path) => File.ReadAllText(Path.Combine([DocumentationTests.Repository(), .. path]));

    private static string MessageOf(ReadRecord record) =>
        Encoding.UTF8.GetString(JsonElement.Parse(record.Text).GetProperty("msg").GetBytesFromBase64());

    // Without indentation, which differs.
    private static string Lines(string text) => string.Join('\n', text.Split('\n').Select(static line => line.Trim()));

    [GeneratedRegex("```csharp\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex("```sh\n(?<text>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
