using System;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Tasks;
using Goim.Functions.Startup;
using Goim.Logic;
using Goim.Logic.Telemetry;
using Goim.Settings;
using Goim.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Goim.Functions;

/// <summary>Starts the worker under the Azure Functions host.</summary>
internal static class Program
{
    /// <summary>Runs until the host stops the worker.</summary>
    /// <returns>0, or 1 if a setting is not valid. The host's log then names the setting.</returns>
    internal static async Task<int> Main(string[] args)
    {
        try
        {
            // The builder makes a host of its own with no arguments, which reads this. HostArguments says what for.
            Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
            var builder = FunctionsApplication.CreateBuilder(HostArguments.WithoutFileWatches(args));
            builder.Services.AddGoim();
            if (builder.Services.AddTelemetryExport(builder.Configuration, GoimTelemetry.Service, GoimTelemetry.Name) is { } telemetry)
            {
                telemetry.UseFunctionsWorkerDefaults();
            }
            else
            {
                builder.Logging.AddProvider(new BackgroundLog(Console.Out, Console.Error));
            }

            // The worker sends records to the host as JSON strings. Writing each quote as \u0022 makes a large push a quarter slower.
            builder.Services.Configure<JsonSerializerOptions>(static json => json.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping);

            // Measured (docs/performance.md): the worker's own ways to parameters and instances take a fifth of its CPU time for a push.
            builder.Services.Configure<WorkerOptions>(static worker => worker.InputConverters.RegisterAt<RequestConverter>(0));
            builder.Services.AddSingleton<IFunctionActivator, FunctionInstances>();
            builder.Use(RequestBinding.Step);
            builder.Services.AddSingleton<IFunctionMetadataTransformer, KafkaBindingsFromSettings>();
            builder.Services.AddSingleton<IFunctionMetadataTransformer, JournalTriggerFromSettings>();
            builder.Services.AddSingleton<IFunctionMetadataTransformer, TriggersFromAccess>();
            await builder.Build().RunAsync();
            return 0;
        }
        catch (Exception failure) when (StartFailure.Sentence(failure) is { } sentence)
        {
            // The host logs a line of standard error as an error only if it contains a word such as "failed".
            await Console.Error.WriteLineAsync($"Start failed: {sentence}");
            return 1;
        }
    }
}
