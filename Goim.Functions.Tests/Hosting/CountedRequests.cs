using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Counts the requests that arrive at a node, refused ones included.</summary>
internal sealed class CountedRequests : IStartupFilter
{
    private int count;

    public int Count => Volatile.Read(ref count);

    /// <summary>Adds the count to a node that starts.</summary>
    public void AddTo(WebApplicationBuilder builder) => builder.Services.AddSingleton<IStartupFilter>(this);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, following) =>
        {
            Interlocked.Increment(ref count);
            return following(context);
        });
        next(app);
    };
}
