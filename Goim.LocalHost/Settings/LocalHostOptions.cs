using Goim.Logic;

namespace Goim.LocalHost.Settings;

/// <summary>Settings <c>LocalHost__*</c>.</summary>
internal sealed class LocalHostOptions : ICheckedOptions
{
    public const string Section = "LocalHost";

    /// <summary>Whether function keys are asked for; off unless set, as under Core Tools.</summary>
    public bool RequireKeys { get; init; }

    /// <summary>Host keys by name; the one named <c>_master</c> opens the admin level too.</summary>
    public Dictionary<string, string> Keys { get; init; } = [];

    IEnumerable<string> ICheckedOptions.Problems()
    {
        if (RequireKeys && Keys.Count == 0)
        {
            yield return "LocalHost__RequireKeys is true and there is no key: expected LocalHost__Keys__{name}.";
        }

        foreach (var (name, key) in Keys)
        {
            if (string.IsNullOrEmpty(key))
            {
                yield return $"LocalHost__Keys__{name} is empty: expected a key.";
            }
        }
    }
}
