using System.Threading.Tasks;
using Goim.Logic;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

namespace Goim.Functions;

/// <summary>Starts the worker under the Azure Functions host.</summary>
internal static class Program
{
    internal static Task Main(string[] args)
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.Services.AddGoim();
        return builder.Build().RunAsync();
    }
}
