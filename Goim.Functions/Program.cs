using System.Threading.Tasks;
using Goim.Functions.Startup;
using Goim.Logic;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Goim.Functions;

/// <summary>Starts the worker under the Azure Functions host.</summary>
internal static class Program
{
    internal static Task Main(string[] args)
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.Services.AddGoim();
        builder.Services.AddSingleton<IFunctionMetadataTransformer, KafkaBindingsFromSettings>();
        return builder.Build().RunAsync();
    }
}
