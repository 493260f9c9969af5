using System.Text.Json;

namespace Goim.LocalHost.Settings;

/// <summary>The <c>Values</c> of <c>local.settings.json</c>, as Core Tools gives them to a function app: as if they were in the environment.</summary>
internal static class LocalSettingsFile
{
    public const string Name = "local.settings.json";

    /// <summary>The settings of the file in <paramref name="folder"/>; none if there is no such file.</summary>
    /// <exception cref="InvalidOperationException">The file is not what Core Tools would read.</exception>
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
            throw new InvalidOperationException($"{path} is not a settings file: expected {{\"Values\":{{\"name\":\"value\"}}}}.", unreadable);
        }
    }
}
