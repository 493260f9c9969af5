using System.Collections.Generic;
using Goim.Functions.Journal;
using Goim.Logic.Journal;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Startup;

/// <summary>
/// Hides the journal's queue trigger from the Functions host unless <c>Journal__Replay</c> is <c>trigger</c>: the host would poll the queue
/// too, and end its process in an outage of the storage.
/// </summary>
internal sealed class JournalTriggerFromSettings(IOptions<JournalOptions> journal) : IFunctionMetadataTransformer
{
    public string Name => nameof(JournalTriggerFromSettings);

    public void Transform(IList<IFunctionMetadata> original)
    {
        for (var i = original.Count - 1; i >= 0; i--)
        {
            if (original[i].Name == ReplayJournalFunction.Name && journal.Value.Replay != ReplayedBy.Trigger)
            {
                original.RemoveAt(i);
            }
        }
    }
}
