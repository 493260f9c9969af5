using System.Collections.Generic;
using Goim.Logic.Delivery;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Startup;

/// <summary>Gives the Kafka output bindings what the settings say, each time that the host asks for the functions.</summary>
internal sealed class KafkaBindingsFromSettings(IOptions<KafkaOptions> kafka) : IFunctionMetadataTransformer
{
    public string Name => nameof(KafkaBindingsFromSettings);

    public void Transform(IList<IFunctionMetadata> original)
    {
        foreach (var function in original)
        {
            for (var i = 0; i < (function.RawBindings?.Count ?? 0); i++)
            {
                function.RawBindings![i] = KafkaBinding.FromSettings(function.RawBindings[i], kafka.Value);
            }
        }
    }
}
