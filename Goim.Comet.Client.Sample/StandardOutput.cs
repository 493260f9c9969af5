using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Goim.Comet.Client.Sample;

/// <summary>The standard output, which says so when nobody reads it any more.</summary>
internal static class StandardOutput
{
    /// <summary>Opens it.</summary>
    /// <returns>A writer whose writes throw an <see cref="IOException"/> when the reader of a pipe has left.</returns>
    /// <remarks>.NET's Console ignores that the reader has left: <c>client | head -1</c> would stay connected for ever.</remarks>
    public static TextWriter Open()
    {
        if (!OperatingSystem.IsWindows())
        {
            var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            // A file may be written to by others too, by its end: FileStream would write where it believes the end to be.
            if (!stream.CanSeek)
            {
                return new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
            }
        }

        Console.OutputEncoding = Encoding.UTF8;
        return Console.Out;
    }
}
