using System.Text.Json;
using Goim.Settings;

namespace Goim.LocalHost.Settings;

/// <summary>Reads the <c>Values</c> of <c>local.settings.json</c>. They count as settings, as under Core Tools.</summary>
internal static class LocalSettingsFile
{
    public const string Name = "local.settings.json";

    /// <summary>The settings of the file in <paramref name="folder"/>. Empty if there is no file.</summary>
    /// <exception cref="StartException">The file is not one that Core Tools would read.</exception>
    public static Dictionary<string, string?> Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            using var file = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
            if (file.RootElement.TryGetProperty("Values", out var values))
            {
                foreach (var value in values.EnumerateObject())
                {
                    settings[value.Name.Replace("__", ":", StringComparison.Ordinal)] = value.Value.ToString();
                }
            }

            return settings;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{path} is not a settings file: expected {{\"Values\":{{\"name\":\"value\"}}}}.", unreadable);
        }
    }
}
