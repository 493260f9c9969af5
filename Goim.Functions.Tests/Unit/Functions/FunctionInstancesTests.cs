using System.Reflection;
using Goim.Functions.Push;
using Goim.Functions.Startup;
using Goim.Logic;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Unit.Functions;

/// <summary>One instance of a function class serves all invocations.</summary>
public sealed class FunctionInstancesTests
{
    private static readonly IServiceCollection Services = new ServiceCollection().AddGoim();

    public static TheoryData<Type> Functions =>
    [
        .. typeof(PushFunction).Assembly.GetExportedTypes()
            .Where(static type => type.GetMethods().Any(static method => method.IsDefined(typeof(FunctionAttribute)))),
    ];

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_function_uses_what_lives_as_long_as_the_process(Type function)
    {
        var parameters = function.GetConstructors().Single().GetParameters();

        Assert.NotEmpty(parameters);
        Assert.All(parameters, parameter => Assert.Equal(
            ServiceLifetime.Singleton, Services.Last(service => service.ServiceType == parameter.ParameterType).Lifetime));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_function_has_no_state(Type function)
    {
        var fields = function.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public);

        // The compiler's fields for the constructor's parameters.
        Assert.All(fields, static field => Assert.EndsWith(">P", field.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void The_second_invocation_has_the_instance_of_the_first()
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        var instances = new FunctionInstances(services);

        var first = instances.CreateInstance(typeof(object), null!);

        Assert.IsType<object>(first);
        Assert.Same(first, instances.CreateInstance(typeof(object), null!));
    }
}
