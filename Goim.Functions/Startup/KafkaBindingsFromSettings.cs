using System.Collections.Generic;
using Goim.Kafka;
using Goim.Logic.Delivery;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Startup;

/// <summary>Puts the <c>Kafka*</c> settings into the Kafka output bindings when the host reads the functions' metadata.</summary>
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
