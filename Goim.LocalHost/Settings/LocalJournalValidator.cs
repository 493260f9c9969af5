using Goim.Logic.Journal;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Settings;

/// <summary>Refuses the journal's queue trigger: LocalHost runs HTTP functions only, and nothing would replay the journal.</summary>
internal sealed class LocalJournalValidator : IValidateOptions<JournalOptions>
{
    public ValidateOptionsResult Validate(string? name, JournalOptions options) => options.Replay == ReplayedBy.Trigger
        ? ValidateOptionsResult.Fail("Journal__Replay is trigger: expected worker, since LocalHost has no queue triggers.")
        : ValidateOptionsResult.Success;
}
