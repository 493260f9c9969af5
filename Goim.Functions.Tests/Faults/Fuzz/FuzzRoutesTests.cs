using System.Reflection;
using Goim.Functions.Push;
using Microsoft.Azure.Functions.Worker;

namespace Goim.Functions.Tests.Faults.Fuzz;

public sealed class FuzzRoutesTests
{
    [Fact]
    public void The_fuzz_run_sends_requests_to_every_route()
    {
        var routes = typeof(PushFunction).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetParameters())
            .Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()?.Route)
            .OfType<string>()
            .ToArray();

        Assert.NotEmpty(routes);
        Assert.Empty(routes.Except(AnyRequest.RoutesOfRequests));
    }
}
