using Goim.Functions.Tests.Integration.Documentation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Goim.Functions.Tests.Unit.Functions;

/// <summary>What the Functions host logs with the levels of <c>host.json</c>.</summary>
public sealed class HostJsonTests
{
    [Theory]
    [InlineData("Function.Push.User", LogLevel.Warning)] // The functions' own.
    [InlineData("Function.Push", LogLevel.Warning)] // The host's, about an invocation.
    [InlineData("Host.Triggers.Kafka", LogLevel.Warning)]
    [InlineData("Microsoft.Azure.WebJobs.Extensions.Kafka", LogLevel.Warning)]
    [InlineData("Azure.Core", LogLevel.Error)] // Its 404s are warnings.
    [InlineData("Function.ReplayJournal.User", LogLevel.Information)] // A deletion that is tried again.
    [InlineData("Host.Function.Console", LogLevel.Information)] // The worker's, outside of invocations.
    [InlineData("Host.Startup", LogLevel.Information)]
    public void A_category_is_logged_from_its_level_on(string category, LogLevel level)
    {
        using var services = Logging();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(category);

        Assert.True(logger.IsEnabled(level));
        Assert.False(logger.IsEnabled(level - 1));
    }

    // As the host sets its logging up (azure-functions-host ScriptLoggingBuilderExtensions and ScriptHostBuilderExtensions).
    private static ServiceProvider Logging()
    {
        var path = Path.Combine(DocumentationTests.Repository(), "host.json");
        var logging = new ConfigurationBuilder().AddJsonFile(path, optional: false, reloadOnChange: false).Build().GetSection("logging");
        return new ServiceCollection()
            .AddLogging(builder => builder
                .SetMinimumLevel(LogLevel.None)
                .AddFilter(IsHosts)
                .AddConfiguration(logging)
                .AddProvider(new Everything()))
            .BuildServiceProvider();
    }

    private static bool IsHosts(string? category, LogLevel level) =>
        level >= LogLevel.Information
        && (category!.StartsWith("Function.", StringComparison.Ordinal) || category.StartsWith("Host.", StringComparison.Ordinal)
            || category.StartsWith("Worker.", StringComparison.Ordinal)
            || category.StartsWith("Microsoft.Azure.WebJobs.", StringComparison.Ordinal));

    private sealed class Everything : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }

        public void Dispose()
        {
        }
    }
}
