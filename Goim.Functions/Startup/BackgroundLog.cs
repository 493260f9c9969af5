using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Goim.Logic.Access;
using Microsoft.Extensions.Logging;

namespace Goim.Functions.Startup;

/// <summary>
/// Writes the trail, and this project's logs that belong to no invocation, to the worker's output, a line each. The Functions host drops
/// them otherwise: of the logs that a worker sends it logs only those of an invocation (azure-functions-host GrpcWorkerChannel.Log), and
/// of these, by host.json, only warnings.
/// </summary>
/// <param name="output">For information. The host logs each line, in the category <c>Host.Function.Console</c>.</param>
/// <param name="error">For the rest. The host takes the level from a word in the line: "warn", or "fail".</param>
internal sealed class BackgroundLog(TextWriter output, TextWriter error) : ILoggerProvider, ISupportExternalScope
{
    private readonly TextWriter information = output, problems = error;
    private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
        // The writers are the process' own.
    }

    private sealed class Logger(BackgroundLog log, string category) : ILogger
    {
        /// <summary>What the worker puts into the scope of each invocation.</summary>
        private const string InvocationId = "AzureFunctions_InvocationId";
        private readonly bool isTrail = category == AuditTrail.Category;
        private readonly bool isOurs = category.StartsWith("Goim.", StringComparison.Ordinal);

        public IDisposable BeginScope<TState>(TState state)
            where TState : notnull => log.scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => isOurs && logLevel is >= LogLevel.Information and not LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel) || (!isTrail && IsInvocation()))
            {
                return;
            }

            var prefix = logLevel switch { LogLevel.Information => "info", LogLevel.Warning => "warn", _ => "fail" };
            var reason = exception is null ? "" : $" ({exception.GetType().Name})";
            var writer = logLevel == LogLevel.Information ? log.information : log.problems;
            writer.WriteLine($"{prefix}: {category}: {formatter(state, exception).ReplaceLineEndings(" ")}{reason}");
        }

        private bool IsInvocation()
        {
            var found = new List<object?>();
            log.scopes.ForEachScope(static (scope, all) => all.Add(scope), found);
            return found.OfType<IEnumerable<KeyValuePair<string, object>>>().Any(scope => scope.Any(pair => pair.Key == InvocationId));
        }
    }
}
