using Goim.Functions.Startup;
using Microsoft.Extensions.Logging;

namespace Goim.Functions.Tests.Unit.Functions;

/// <summary>What the worker writes for the Functions host to log, since the host drops logs that belong to no invocation.</summary>
public sealed class BackgroundLogTests : IDisposable
{
    private readonly StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
    private readonly LoggerFactory loggers;

    public BackgroundLogTests() => loggers = new LoggerFactory([new BackgroundLog(output, error)]);

    [Fact]
    public void A_warning_is_a_line_of_standard_error_with_a_word_for_its_level()
    {
        loggers.CreateLogger("Goim.Logic.Journal.JournalPoller").LogWarning("The storage\ndoes not answer.");
        loggers.CreateLogger("Goim.Kafka.KafkaToken").LogError(new TimeoutException("secret"), "No token.");

        Assert.Equal(
            "warn: Goim.Logic.Journal.JournalPoller: The storage does not answer.\n"
            + "fail: Goim.Kafka.KafkaToken: No token. (TimeoutException)\n",
            error.ToString());
        Assert.Equal("", output.ToString());
    }

    [Fact]
    public void Information_is_a_line_of_standard_output()
    {
        loggers.CreateLogger("Goim.Logic.Journal.JournalReplay").LogInformation("Retrying.");

        Assert.Equal(("info: Goim.Logic.Journal.JournalReplay: Retrying.\n", ""), (output.ToString(), error.ToString()));
    }

    [Fact]
    public void A_log_of_an_invocation_is_left_to_the_host()
    {
        var logger = loggers.CreateLogger("Goim.Logic.Routing.RouterClient");
        using (logger.BeginScope(new Dictionary<string, object> { ["AzureFunctions_InvocationId"] = "1" }))
        {
            logger.LogWarning("Router node 1 failed a call.");
        }

        using (logger.BeginScope("of something else"))
        {
            logger.LogWarning("Router node 2 failed a call.");
        }

        Assert.Equal("warn: Goim.Logic.Routing.RouterClient: Router node 2 failed a call.\n", error.ToString());
    }

    // Its lines are information, which host.json leaves out of an invocation's log.
    [Fact]
    public void The_trail_of_an_invocation_is_written_too()
    {
        var logger = loggers.CreateLogger("Goim.Audit");
        using (logger.BeginScope(new Dictionary<string, object> { ["AzureFunctions_InvocationId"] = "1" }))
        {
            logger.LogInformation("PushAll: caller backend");
        }

        Assert.Equal("info: Goim.Audit: PushAll: caller backend\n", output.ToString());
    }

    [Fact]
    public void Logs_of_libraries_are_not_written()
    {
        loggers.CreateLogger("Microsoft.Hosting.Lifetime").LogWarning("Application started.");

        Assert.Equal(("", ""), (output.ToString(), error.ToString()));
    }

    public void Dispose()
    {
        loggers.Dispose();
        output.Dispose();
        error.Dispose();
    }
}
