using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Context.Features;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Goim.Functions.Startup;

/// <summary>
/// Binds the parameters of a function that takes a request and a token. The worker's own binding asks converter after converter for each
/// parameter, up to nine.
/// </summary>
internal sealed class RequestBinding : IFunctionInputBindingFeature
{
    private static readonly RequestBinding Instance = new();

    /// <summary>A step before the function: has its parameters bound here if they are the two.</summary>
    public static Func<FunctionExecutionDelegate, FunctionExecutionDelegate> Step => static next => context =>
    {
        if (context.FunctionDefinition.Parameters is [var request, var token]
            && request.Type == typeof(HttpRequestData) && token.Type == typeof(CancellationToken))
        {
            context.Features.Set<IFunctionInputBindingFeature>(Instance);
        }

        return next(context);
    };

    public async ValueTask<FunctionInputBindingResult> BindFunctionInputAsync(FunctionContext context)
    {
        var trigger = context.FunctionDefinition.InputBindings[context.FunctionDefinition.Parameters[0].Name];
        var request = (await context.BindInputAsync<HttpRequestData>(trigger)).Value
            ?? throw new InvalidOperationException($"The host's message for {context.FunctionDefinition.Name} has no request.");
        return new([request, context.CancellationToken]);
    }
}
