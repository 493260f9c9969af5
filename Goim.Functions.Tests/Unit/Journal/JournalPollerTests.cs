using Goim.Logic.Journal;
using Microsoft.Extensions.Configuration;

namespace Goim.Functions.Tests.Unit.Journal;

public sealed class JournalPollerTests
{
    [Theory]
    [InlineData("AzureWebJobs.ReplayJournal.Disabled", "true", true)]
    [InlineData("AzureWebJobs.ReplayJournal.Disabled", "True", true)]
    [InlineData("AzureWebJobs.ReplayJournal.Disabled", "1", true)]
    [InlineData("AzureWebJobs:ReplayJournal:Disabled", "TRUE", true)]
    [InlineData("AzureWebJobs:ReplayJournal:Disabled", "1", true)]
    [InlineData("azurewebjobs:replayjournal:disabled", "1", true)]
    [InlineData("AzureWebJobs.ReplayJournal.Disabled", "false", false)]
    [InlineData("AzureWebJobs:ReplayJournal:Disabled", "0", false)]
    [InlineData("AzureWebJobs.ReplayJournal.Disabled", "", false)]
    [InlineData("AzureWebJobs.PushAll.Disabled", "1", false)]
    public void The_polling_is_disabled_by_the_settings_that_disable_the_function(string name, string value, bool isDisabled)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build();

        Assert.Equal(isDisabled, JournalPoller.IsDisabled(settings));
    }
}
