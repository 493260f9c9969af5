using System.Text.Json;

namespace Goim.Settings;

/// <summary>Tells where a file is not valid JSON.</summary>
public static class JsonPlace
{
    /// <summary>
    /// For example <c>not valid JSON at line 3, byte 2</c>. Both count from 1. A missing comma is found where the next text begins.
    /// </summary>
    public static string Place(this JsonException wrong) =>
        $"not valid JSON at line {wrong.LineNumber.GetValueOrDefault() + 1}, byte {wrong.BytePositionInLine.GetValueOrDefault() + 1}";
}
