using System.Collections.Generic;
using Goim.Logic.Access;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Startup;

/// <summary>
/// Makes the Functions host let requests without a function key through, if a caller may come without one. Then each function checks its
/// requests itself.
/// </summary>
internal sealed class TriggersFromAccess(IOptions<AccessOptions> access) : IFunctionMetadataTransformer
{
    public string Name => nameof(TriggersFromAccess);

    public void Transform(IList<IFunctionMetadata> original)
    {
        if (!access.Value.IsWithoutFunctionKeys)
        {
            return;
        }

        foreach (var function in original)
        {
            for (var i = 0; i < (function.RawBindings?.Count ?? 0); i++)
            {
                function.RawBindings![i] = TriggerLevel.ToAnonymous(function.RawBindings[i]);
            }
        }
    }
}
