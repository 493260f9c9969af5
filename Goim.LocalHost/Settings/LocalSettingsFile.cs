using System.Text;
using System.Text.Json;
using Goim.Settings;

namespace Goim.LocalHost.Settings;

/// <summary>Reads settings from <c>local.settings.json</c>, member <c>Values</c>, as Azure Functions Core Tools do.</summary>
internal static class LocalSettingsFile
{
    public const string Name = "local.settings.json";

    private const string Expected = """expected {"Values":{"name":"value"}}.""";

    private static readonly JsonDocumentOptions FileOptions = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>The settings of the file in <paramref name="folder"/>. Empty if there is no file.</summary>
    /// <exception cref="StartException">The file cannot be read, is encrypted, or is not a settings file.</exception>
    public static Dictionary<string, string?> Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!Path.Exists(path))
        {
            return [];
        }

        if (!UserFile.TryRead(path, out var bytes, out var problem))
        {
            throw new StartException($"{path} {problem}: {Expected}");
        }

        try
        {
            using var file = JsonDocument.Parse(TextOf(bytes), FileOptions);
            return Settings(path, file.RootElement);
        }
        catch (JsonException wrong)
        {
            throw new StartException($"{path} is {wrong.Place()}: {Expected}", wrong);
        }
    }

    // UTF-8, or what the byte order mark says: Visual Studio and PowerShell write one.
    private static string TextOf(byte[] bytes)
    {
        using var text = new StreamReader(new MemoryStream(bytes), Encoding.UTF8);
        return text.ReadToEnd();
    }

    private static Dictionary<string, string?> Settings(string path, JsonElement file)
    {
        if (file.ValueKind != JsonValueKind.Object)
        {
            throw new StartException($"{path} is not a settings file: {Expected}");
        }

        if (file.TryGetProperty("IsEncrypted", out var encrypted)
            && string.Equals(encrypted.ToString(), bool.TrueString, StringComparison.OrdinalIgnoreCase))
        {
            throw new StartException(
                $"{path} has IsEncrypted true: expected false, since only Core Tools can decrypt it (func settings decrypt).");
        }

        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (!file.TryGetProperty("Values", out var values))
        {
            return settings;
        }

        if (values.ValueKind != JsonValueKind.Object)
        {
            throw new StartException($"{path} has Values that is no object: {Expected}");
        }

        foreach (var value in values.EnumerateObject())
        {
            if (value.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            {
                throw new StartException($"{path} has an object or an array as value of {value.Name}: {Expected}");
            }

            settings[value.Name.Replace("__", ":", StringComparison.Ordinal)] = value.Value.ToString();
        }

        return settings;
    }
}
