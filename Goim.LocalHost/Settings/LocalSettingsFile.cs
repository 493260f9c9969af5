using System.Text.Json;
using Goim.Settings;

namespace Goim.LocalHost.Settings;

/// <summary>Reads settings from <c>local.settings.json</c>, member <c>Values</c>, as Azure Functions Core Tools do.</summary>
internal static class LocalSettingsFile
{
    public const string Name = "local.settings.json";

    private static readonly JsonDocumentOptions FileOptions = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>The settings of the file in <paramref name="folder"/>. Empty if there is no file.</summary>
    /// <exception cref="StartException">The file cannot be read, or is not a settings file.</exception>
    public static Dictionary<string, string?> Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            using var file = JsonDocument.Parse(File.ReadAllBytes(path), FileOptions);
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
        catch (Exception unreadable)
            when (unreadable is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{path} is not a settings file: expected {{\"Values\":{{\"name\":\"value\"}}}}.", unreadable);
        }
    }
}
