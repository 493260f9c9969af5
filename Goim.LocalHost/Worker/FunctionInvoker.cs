using System.ComponentModel;
using System.Reflection;
using Goim.LocalHost.Outputs;
using Goim.Logic.Input;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.LocalHost.Worker;

/// <summary>Runs one function for each request: binds the parameters, calls it, binds the outputs, then sends the response.</summary>
internal sealed class FunctionInvoker
{
    private readonly LocalFunction function;
    private readonly object instance;
    private readonly MethodInvoker method;
    private readonly Func<LocalRequest, object?>[] parameters;
    private readonly Func<object, object?> resultOf;
    private readonly MethodInvoker? httpResult;
    private readonly KafkaOutputBinding[] outputs;
    private readonly ILogger logger;

    // One instance serves all calls, as in the worker (Startup/FunctionInstances of the function app).
    public FunctionInvoker(LocalFunction function, IServiceProvider services, ILogger logger)
    {
        var producers = services.GetRequiredService<KafkaProducers>();
        this.function = function;
        this.logger = logger;
        instance = ActivatorUtilities.CreateInstance(services, function.Method.DeclaringType!);
        method = MethodInvoker.Create(function.Method);
        parameters = [.. function.Method.GetParameters().Select(parameter => BindingFor(parameter))];
        resultOf = ResultOf(function.Method.ReturnType);
        var properties = function.OutputType.GetProperties();
        httpResult = properties.FirstOrDefault(property => property.IsDefined(typeof(HttpResultAttribute))) is { } found
            ? MethodInvoker.Create(found.GetMethod!)
            : null;
        outputs =
        [
            .. properties.Where(property => property.IsDefined(typeof(KafkaOutputAttribute)))
                .Select(property => new KafkaOutputBinding(property, producers)),
        ];
    }

    public async Task InvokeAsync(HttpContext http)
    {
        var context = new LocalContext(http, function);
        var request = new LocalRequest(http, context);
        if (!request.HasUrl)
        {
            // As the Functions host, which needs a URL to hand the request to the worker.
            logger.HostUnusable(Quoted.Of(http.Request.Host.Value ?? ""));
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        var arguments = new object?[parameters.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = parameters[i](request);
        }

        object? output;
        try
        {
            var returned = method.Invoke(instance, arguments.AsSpan())!;
            if (returned is Task task)
            {
                await task;
            }

            output = resultOf(returned);
        }
        catch (IncompleteBodyException incomplete)
        {
            // A caller whose connection has ended gets no answer.
            logger.BodyIncomplete(function.Name, incomplete.Message);
            await Refusal.SendAsync(http, StatusCodes.Status408RequestTimeout, incomplete.Message);
            return;
        }

        foreach (var binding in outputs)
        {
            binding.Send(output!);
        }

        if ((httpResult is null ? output : httpResult.Invoke(output)) is HttpResponseData response)
        {
            await LocalResponse.SendAsync(response, http);
        }
        else
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    private static Func<LocalRequest, object?> BindingFor(ParameterInfo parameter)
    {
        if (parameter.ParameterType == typeof(HttpRequestData))
        {
            return static request => request;
        }

        if (parameter.ParameterType == typeof(FunctionContext))
        {
            return static request => request.FunctionContext;
        }

        if (parameter.ParameterType == typeof(CancellationToken))
        {
            return static request => request.FunctionContext.CancellationToken;
        }

        // A route parameter.
        var name = parameter.Name!;
        var converter = TypeDescriptor.GetConverter(parameter.ParameterType);
        return request => request.FunctionContext.BindingContext.BindingData.TryGetValue(name, out var value) && value is string text
            ? converter.ConvertFromInvariantString(text)
            : null;
    }

    // What a function has returned, or the result of its task, which has ended.
    private static Func<object, object?> ResultOf(Type type) =>
        type == typeof(Task) ? static _ => null
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>)
            ? typeof(FunctionInvoker).GetMethod(nameof(ResultOfTask), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(type.GetGenericArguments()).CreateDelegate<Func<object, object?>>()
        : static returned => returned;

    private static object? ResultOfTask<T>(object task) => ((Task<T>)task).Result;
}
