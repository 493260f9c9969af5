using System.Threading.Tasks;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Startup;

/// <summary>Hands a request over as it is. First of all converters, so that no other one is asked.</summary>
internal sealed class RequestConverter : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) => ValueTask.FromResult(
        context.TargetType == typeof(HttpRequestData) && context.Source is HttpRequestData request
            ? ConversionResult.Success(request)
            : ConversionResult.Unhandled());
}
