using System.Collections.Immutable;
using Goim.Functions.Push;
using Goim.Functions.Startup;
using Goim.Logic.Journal;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Unit.Functions;

/// <summary>The functions that the Functions host hears of.</summary>
public sealed class JournalTriggerFromSettingsTests
{
    private const string Replay = "ReplayJournal";

    [Fact]
    public async Task The_queue_trigger_is_not_reported_unless_it_is_asked_for()
    {
        var all = await NamesAsync(ReplayedBy.Trigger);

        Assert.Contains(Replay, all);
        Assert.Equal(all.Where(name => name != Replay), await NamesAsync(new JournalOptions().Replay));
    }

    private static async Task<string[]> NamesAsync(ReplayedBy replay)
    {
        var provider = typeof(PushOutput).Assembly.GetTypes().Single(type => type.IsAssignableTo(typeof(IFunctionMetadataProvider)));
        var functions = await ((IFunctionMetadataProvider)Activator.CreateInstance(provider)!)
            .GetFunctionMetadataAsync(AppContext.BaseDirectory);
        var reported = functions.ToBuilder();

        new JournalTriggerFromSettings(Options.Create(new JournalOptions { Replay = replay })).Transform(reported);

        return [.. reported.Select(function => function.Name!)];
    }
}
