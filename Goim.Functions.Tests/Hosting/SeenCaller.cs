using Goim.Logic;
using Goim.Logic.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Hosting;

/// <summary>An authenticator that tells when the app has noticed that the last caller left.</summary>
internal sealed class SeenCaller : ITokenAuthenticator
{
    private CancellationToken last;

    public void AddTo(WebApplicationBuilder builder) => builder.Services.AddSingleton<ITokenAuthenticator>(this);

    public ValueTask<Outcome<Identity>> AuthenticateAsync(string token, CancellationToken cancellationToken)
    {
        last = cancellationToken;
        return new UserIdAuthenticator().AuthenticateAsync(token, cancellationToken);
    }

    public Task LeftAsync() => Eventually.UntilAsync(() => last.IsCancellationRequested);
}
