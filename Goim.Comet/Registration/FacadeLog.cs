namespace Goim.Comet.Registration;

/// <summary>Logs why calls of the facade fail: at most one line a minute for each kind of fault.</summary>
internal sealed partial class FacadeLog(ILogger<FacadeLog> logger)
{
    private readonly LogLimit keys = new(), tokens = new(), routes = new(), errors = new(), answers = new();

    /// <summary>The facade or its host refused the comet's key or token.</summary>
    /// <param name="route">The route.</param>
    /// <param name="status">401 or 403.</param>
    /// <param name="error">The facade's sentence. Null for none, as with the Functions host.</param>
    public void RefusedKey(string route, int status, string? error)
    {
        if (keys.IsDue(out var leftOut))
        {
            var scopes = route.StartsWith(Heartbeats.DelServerRoute, StringComparison.Ordinal)
                ? "scopes comet and admin, as a comet with Comet__ServerId needs them"
                : "scope comet";
            KeyRefused(logger, route, status, error ?? "no reason is given.", scopes, leftOut);
        }
    }

    /// <summary>The identity has no token.</summary>
    public void NoToken(Exception exception)
    {
        if (tokens.IsDue(out var leftOut))
        {
            TokenMissing(logger, exception, leftOut);
        }
    }

    /// <summary>The app has no such route.</summary>
    public void NoRoute(string route, int status)
    {
        if (routes.IsDue(out var leftOut))
        {
            RouteMissing(logger, route, status, leftOut);
        }
    }

    /// <param name="route">The route.</param>
    /// <param name="error">The facade's sentence.</param>
    public void Failed(string route, string? error)
    {
        if (errors.IsDue(out var leftOut))
        {
            CallFailed(logger, route, error, leftOut);
        }
    }

    /// <param name="route">The route.</param>
    /// <param name="reason">A few words.</param>
    public void NoAnswer(string route, string reason)
    {
        if (answers.IsDue(out var leftOut))
        {
            NotAnswered(logger, route, reason, leftOut);
        }
    }

    [LoggerMessage(
        EventId = 1,
        Level = LogLevel.Error,
        Message = "The facade refuses this comet ({Route}, status {Status}): {Error} Expected Comet__CallerKey or Comet__CallerAudience "
            + "to make it a caller with the {Scopes}, or Comet__ApiKey to be a function key of the app at Comet__Api "
            + "({LeftOut} more since the last such line).")]
    private static partial void KeyRefused(ILogger logger, string route, int status, string error, string scopes, long leftOut);

    [LoggerMessage(
        EventId = 2,
        Level = LogLevel.Error,
        Message = "The app at Comet__Api does not take {Route} (status {Status}): expected the base address of a current Goim.Functions "
            + "app ({LeftOut} more since the last such line).")]
    private static partial void RouteMissing(ILogger logger, string route, int status, long leftOut);

    [LoggerMessage(
        EventId = 3,
        Level = LogLevel.Warning,
        Message = "The facade answered {Route} with an error: {Error} ({LeftOut} more since the last such line)")]
    private static partial void CallFailed(ILogger logger, string route, string? error, long leftOut);

    [LoggerMessage(
        EventId = 4,
        Level = LogLevel.Warning,
        Message = "The facade at Comet__Api did not answer {Route}: {Reason} ({LeftOut} more since the last such line).")]
    private static partial void NotAnswered(ILogger logger, string route, string reason, long leftOut);

    [LoggerMessage(
        EventId = 5,
        Level = LogLevel.Error,
        Message = "The identity has no token for Comet__CallerAudience, so the facade is not called while there is no earlier one that is "
            + "valid ({LeftOut} more since the last such line).")]
    private static partial void TokenMissing(ILogger logger, Exception exception, long leftOut);
}
