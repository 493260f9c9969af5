using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.LocalHost;

/// <summary>What a process says when a setting ends its start.</summary>
public sealed class RefusedStartTests
{
    [Theory]
    [InlineData("KafkaMaxRecordBytes", "many")]
    [InlineData("Router__CallTimeout", "soon")]
    [InlineData("KafkaProtocol", "Carrier")]
    [InlineData("Push__MaxUsers", "0")]
    [InlineData("Push__Ack", "later")]
    public async Task The_process_ends_with_that_sentence_alone(string name, string value)
    {
        using var process = LocalHostProcess.Start(new Dictionary<string, string> { [name] = value }, "--urls=http://127.0.0.1:0");
        var (code, output, error) = await process.EndAsync();

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith($"{name} is {(value == "0" ? value : $"'{value}'")}: expected ", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    // Kestrel and the logging read these settings themselves.
    [Theory]
    [InlineData("Logging__LogLevel__Default", "Bogus")]
    [InlineData("Kestrel__Endpoints__a__Url", "bad")]
    public async Task A_setting_that_a_library_reads_ends_the_process_with_a_sentence_too(string name, string value)
    {
        using var process = LocalHostProcess.Start(new Dictionary<string, string> { [name] = value }, "--urls=http://127.0.0.1:0");
        var (code, output, error) = await process.EndAsync();

        Assert.Equal((1, ""), (code, output));
        Assert.Contains(value, error, StringComparison.OrdinalIgnoreCase);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("{\n \"a\": 1\n \"b\": 2 }", "': not valid JSON at line 3, byte 2.\n")]
    [InlineData("[]", "': expected a JSON object.\n")]
    public async Task A_broken_appsettings_json_ends_the_process_with_a_sentence(string text, string expected)
    {
        var folder = Directory.CreateTempSubdirectory("settings-").FullName;
        var file = Path.Combine(folder, "appsettings.json");
        await File.WriteAllTextAsync(file, text);
        using var process = LocalHostProcess.StartIn(folder, new Dictionary<string, string>(), "--urls=http://127.0.0.1:0");
        var (code, output, error) = await process.EndAsync();

        Assert.Equal((1, "", $"Failed to load configuration from file '{file}{expected}"), (code, output, error));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Settings_of_several_parts_that_are_refused_are_all_named()
    {
        using var process = LocalHostProcess.Start(
            new Dictionary<string, string> { ["KafkaQueueMessages"] = "0", ["Push__MaxUsers"] = "0" }, "--urls=http://127.0.0.1:0");
        var (code, _, error) = await process.EndAsync();

        Assert.Equal(
            (1, "KafkaQueueMessages is 0: expected 1 to 10000000.; Push__MaxUsers is 0: expected 1 to 10000000.\n"),
            (code, error));
    }
}
