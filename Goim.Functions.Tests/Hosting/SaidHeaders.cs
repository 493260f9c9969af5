using System.Collections;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Response headers that a node sends in place of its own.</summary>
internal sealed class SaidHeaders : IStartupFilter, IEnumerable
{
    private readonly ConcurrentDictionary<string, string> headers = new();

    public string this[string name]
    {
        set => headers[name] = value;
    }

    /// <summary>Adds them to a node that starts.</summary>
    public void AddTo(WebApplicationBuilder builder) => builder.Services.AddSingleton<IStartupFilter>(this);

    public void Remove(string name) => headers.TryRemove(name, out _);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, following) =>
        {
            context.Response.OnStarting(() =>
            {
                foreach (var (name, value) in headers)
                {
                    context.Response.Headers[name] = value;
                }

                return Task.CompletedTask;
            });
            return following(context);
        });
        next(app);
    };

    public IEnumerator GetEnumerator() => headers.GetEnumerator();
}
