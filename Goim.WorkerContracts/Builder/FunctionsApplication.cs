using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Starts the worker. Only declared here: it comes with Microsoft's packages.</summary>
public static class FunctionsApplication
{
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => throw FunctionsApplicationBuilder.Missing();
}

/// <summary>Builds the worker's host. Only declared here: it comes with Microsoft's packages.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder
{
    private FunctionsApplicationBuilder()
    {
    }

    public IDictionary<object, object> Properties => throw Missing();

    public IConfigurationManager Configuration => throw Missing();

    public IHostEnvironment Environment => throw Missing();

    public ILoggingBuilder Logging => throw Missing();

    public IMetricsBuilder Metrics => throw Missing();

    public IServiceCollection Services => throw Missing();

    public IHost Build() => throw Missing();

    public void ConfigureContainer<TContainerBuilder>(IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull => throw Missing();

    internal static NotSupportedException Missing() => new(
        "Built against Goim.WorkerContracts: the worker starts only with Microsoft.Azure.Functions.Worker and Microsoft.Azure.Functions.Worker.Sdk. "
        + "Build without FunctionsWorker=contracts, or run Goim.LocalHost.");
}
