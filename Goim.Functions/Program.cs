using System;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Tasks;
using Goim.Functions.Startup;
using Goim.Logic;
using Goim.Logic.Telemetry;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Goim.Functions;

/// <summary>Starts the worker under the Azure Functions host.</summary>
internal static class Program
{
    /// <summary>1 where a setting is refused: the sentence that names it is in the host's log stream then.</summary>
    internal static async Task<int> Main(string[] args)
    {
        try
        {
            var builder = FunctionsApplication.CreateBuilder(args);
            builder.Services.AddGoim();
            builder.Services.AddTelemetryExport(builder.Configuration)?.UseFunctionsWorkerDefaults();
            // Records are JSON in the worker's JSON: with its quotes as \u0022 a push of many takes a quarter longer to hand over.
            builder.Services.Configure<JsonSerializerOptions>(static json => json.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
            builder.Services.AddSingleton<IFunctionMetadataTransformer, KafkaBindingsFromSettings>();
            await builder.Build().RunAsync();
            return 0;
        }
        catch (Exception unusable) when (StartFailure.Sentence(unusable) is { } sentence)
        {
            await Console.Error.WriteLineAsync($"Start failed: {sentence}"); // The host logs a line as an error where it says so.
            return 1;
        }
    }
}
