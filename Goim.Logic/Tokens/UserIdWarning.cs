using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Tokens;

/// <summary>Warns at each start that any client may be any user, if the settings say so and the process is not for trials.</summary>
internal sealed class UserIdWarning(IOptions<ConnectOptions> options, ILogger<UserIdWarning> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value is { Tokens: TokenKind.UserId, IsForTrials: false })
        {
            logger.AnyClientMayBeAnyUser();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
