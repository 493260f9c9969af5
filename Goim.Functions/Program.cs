using System;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Tasks;
using Goim.Functions.Startup;
using Goim.Logic;
using Goim.Logic.Telemetry;
using Goim.Settings;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Goim.Functions;

/// <summary>Starts the worker under the Azure Functions host.</summary>
internal static class Program
{
    /// <summary>Runs until the host stops the worker. 1 if a setting is refused: the host's log then has the sentence that names it.</summary>
    internal static async Task<int> Main(string[] args)
    {
        try
        {
            var builder = FunctionsApplication.CreateBuilder(args);
            builder.Services.AddGoim();
            builder.Services.AddTelemetryExport(builder.Configuration)?.UseFunctionsWorkerDefaults();
            // The worker sends records as JSON strings. With \u0022 for each quote a large push takes a quarter longer.
            builder.Services.Configure<JsonSerializerOptions>(static json => json.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
            builder.Services.AddSingleton<IFunctionMetadataTransformer, KafkaBindingsFromSettings>();
            await builder.Build().RunAsync();
            return 0;
        }
        catch (Exception failure) when (StartFailure.Sentence(failure) is { } sentence)
        {
            await Console.Error.WriteLineAsync($"Start failed: {sentence}"); // The host logs a line of standard error as an error if it says so.
            return 1;
        }
    }
}
