using System.Diagnostics.CodeAnalysis;

namespace Goim.Settings;

/// <summary>Reads files that a user writes: a settings file, certificates, keys.</summary>
public static class UserFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">The content, at least one byte. Null if the result is false.</param>
    /// <param name="problem">What is wrong, to continue a sentence about the file, for example <c>is empty</c>. Null if nothing is.</param>
    public static bool TryRead(string path, [NotNullWhen(true)] out byte[]? bytes, [NotNullWhen(false)] out string? problem)
    {
        bytes = null;
        if (Directory.Exists(path))
        {
            // Docker makes a folder of a bind mount whose source is missing.
            problem = "is a folder";
            return false;
        }

        try
        {
            bytes = File.ReadAllBytes(path);
            problem = bytes.Length == 0 ? "is empty" : null;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = "does not exist";
        }
        catch (UnauthorizedAccessException)
        {
            problem = "may not be read by this user";
        }
        catch (Exception unreadable) when (unreadable is IOException or ArgumentException)
        {
            problem = $"cannot be read ({unreadable.Message.TrimEnd('.')})";
        }

        return problem is null;
    }
}
