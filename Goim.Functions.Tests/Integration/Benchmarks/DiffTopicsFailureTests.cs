using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Benchmarks;

/// <summary><c>diff-topics</c> with wrong arguments, and with topics that cannot be read: exit code 2 and one sentence.</summary>
public sealed class DiffTopicsFailureTests
{
    public static TheoryData<string, string[]> WrongArguments => new()
    {
        { "B is 'x': expected brokers/topic, such as 127.0.0.1:9092/KafkaPushsTopic.\n", ["127.0.0.1:1/a", "x"] },
        { "A: KafkaBrokers holds 'host': expected host:port,host:port.\n", ["host/a", "127.0.0.1:1/b"] },
        { "A and B are both '127.0.0.1:1/a': expected two topics.\n", ["127.0.0.1:1/a", "127.0.0.1:1/a"] },
        { "--seconds is missing with --from end: expected how long to read.\n", ["127.0.0.1:1/a", "127.0.0.1:1/b", "--from", "end"] },
        {
            "--from is 'noon': expected beginning, end, or a time such as 2026-11-27T14:00:00Z.\n",
            ["127.0.0.1:1/a", "127.0.0.1:1/b", "--from", "noon"]
        },
        {
            "The time to compare is 3 s: expected more than both edges, 2 times 2 s (--edge).\n",
            ["127.0.0.1:1/a", "127.0.0.1:1/b", "--from", "end", "--seconds", "3"]
        },
        { "A: no broker of 127.0.0.1:1 answered within 1 s", ["127.0.0.1:1/a", "127.0.0.1:1/b", "--timeout", "1"] },
        { "Required argument 'B' missing for command: 'diff-topics'.\n", ["127.0.0.1:1/a"] },
    };

    [Theory]
    [MemberData(nameof(WrongArguments))]
    public async Task A_wrong_argument_or_a_broker_that_is_down_is_told(string sentence, string[] args)
    {
        var refused = await BenchmarksProgram.RunAsync(["diff-topics", .. args]);

        Assert.Equal(2, refused.Code);
        Assert.StartsWith(sentence, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_does_not_exist_is_told_and_not_made()
    {
        string[] args = ["diff-topics", $"{TestHost.Brokers}/{TestHost.NewTopic()}", $"{TestHost.Brokers}/no-{Guid.NewGuid():N}"];
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var refused = await BenchmarksProgram.RunAsync(args);

            Assert.Equal((2, ""), (refused.Code, refused.Output));
            Assert.Matches("^B: topic 'no-[0-9a-f]+' cannot be read: .*Unknown topic or partition\\.\n$", refused.Error);
        }
    }

    [Fact]
    public async Task Each_side_has_settings_of_its_own_and_no_password_is_printed()
    {
        var settings = new Dictionary<string, string>
        {
            ["KafkaPassword"] = "for the other side",
            ["B__KafkaProtocol"] = "SaslSsl",
            ["B__KafkaPassword"] = "secret",
        };

        var refused = await BenchmarksProgram.RunAsync(settings, "diff-topics", "127.0.0.1:1/a", "127.0.0.1:1/b");

        Assert.Equal((2, ""), (refused.Code, refused.Output));
        Assert.StartsWith("A: KafkaAuthentication, KafkaUsername or KafkaPassword is set", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Error, StringComparison.Ordinal);

        settings.Remove("KafkaPassword");
        refused = await BenchmarksProgram.RunAsync(settings, "diff-topics", "127.0.0.1:1/a", "127.0.0.1:1/b");

        Assert.Equal(
            (2,
            """
            B: KafkaAuthentication is missing with KafkaProtocol SaslSsl: expected Plain, ScramSha256, ScramSha512 or OAuthBearer.
            B: KafkaUsername is missing with KafkaProtocol SaslSsl.

            """),
            (refused.Code, refused.Error));
    }
}
