using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Sessions;

/// <summary>The member <c>requestId</c>, with which a comet repeats a call whose HTTP answer was lost.</summary>
public sealed class RequestIdTests : IAsyncLifetime
{
    private const string First = "000102030405060708090a0b0c0d0e0f", Second = "F00102030405060708090A0B0C0D0E0F";
    private TestHost host = null!;

    public async Task InitializeAsync() => host = await TestHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task A_repeated_connect_is_the_same_connect()
    {
        const string Connect = $$"""{"token":"42","server":3,"requestId":"{{First}}"}""";

        (await host.PostAsync("/1/connect", Connect)).HasData("""{"key":"42_1","roomId":1}""");
        (await host.PostAsync("/1/connect", Connect)).HasData("""{"key":"42_1","roomId":1}""");
        (await host.PostAsync("/1/connect", Connect.Replace(First, Second, StringComparison.Ordinal)))
            .HasData("""{"key":"42_2","roomId":1}""");
        (await host.PostAsync("/1/connect", """{"token":"42","server":3}""")).HasData("""{"key":"42_3","roomId":1}""");

        (await host.GetAsync("/1/count?type=server")).HasData("""[{"Server":3,"Count":3}]""");
    }

    [Fact]
    public async Task Puts_and_new_entries_of_mput_are_repeated_likewise()
    {
        const string Put = $$"""{"userId":42,"server":3,"requestId":"{{First}}"}""";
        const string Puts = $$"""{"puts":[{"userId":42,"server":3,"requestId":"{{Second}}"},{"key":"42_9","server":3}]}""";

        (await host.PostAsync("/1/router/put", Put)).HasData("""{"seq":1,"key":"42_1"}""");
        (await host.PostAsync("/1/router/put", Put)).HasData("""{"seq":1,"key":"42_1"}""");
        (await host.PostAsync("/1/router/mput", Puts)).HasData("""{"keys":["42_10","42_9"]}""");
        (await host.PostAsync("/1/router/mput", Puts)).HasData("""{"keys":["42_10","42_9"]}""");

        (await host.GetAsync("/1/count?type=server")).HasData("""[{"Server":3,"Count":3}]""");
    }

    [Theory]
    [InlineData("\"12\"", "requestId is '12': expected 32 hex digits.")]
    [InlineData("\"\"", "requestId is '': expected 32 hex digits.")]
    [InlineData("\"g00102030405060708090a0b0c0d0e0f\"", "requestId is 'g00102030405060708090a0b0c0d0e0f': expected 32 hex digits.")]
    [InlineData("12", "requestId is the number '12': expected a string.")]
    public async Task A_bad_request_id_is_refused_by_name(string id, string expected)
    {
        (await host.PostAsync("/1/connect", $$"""{"token":"42","server":3,"requestId":{{id}}}""")).IsRefused(expected);
        (await host.PostAsync("/1/router/put", $$"""{"userId":42,"server":3,"requestId":{{id}}}""")).IsRefused(expected);
        (await host.PostAsync("/1/router/mput", $$"""{"puts":[{"userId":42,"server":3,"requestId":{{id}}}]}"""))
            .IsRefused($"puts[0].{expected}");

        (await host.GetAsync("/1/count?type=server")).HasData("[]");
    }
}
