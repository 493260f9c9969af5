using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Goim.Logic.Delivery;

/// <summary>Loads the librdkafka that comes with Confluent.Kafka.</summary>
/// <remarks>
/// On Debian the package's <c>librdkafka.so</c> wants <c>libsasl2.so.3</c> and does not load; .NET would then silently bind an old
/// librdkafka of the system. <c>centos8-librdkafka.so</c>, from the same package, needs nothing that Debian or Azure lack.
/// </remarks>
public static class KafkaLibrary
{
    private const string Name = "librdkafka";
    private static readonly Lazy<bool> ForConfluent = new(static () =>
    {
        ResolveFor(typeof(Library).Assembly);
        return true;
    });

    /// <summary>To be called before the first Kafka client is made; more than once is harmless.</summary>
    public static void Use() => _ = ForConfluent.Value;

    /// <summary>Lets the P/Invokes of <paramref name="assembly"/> find the same library. Once an assembly.</summary>
    public static void ResolveFor(Assembly assembly) => NativeLibrary.SetDllImportResolver(assembly, static (name, asking, path) =>
        name == Name && OperatingSystem.IsLinux() && NativeLibrary.TryLoad("centos8-librdkafka", typeof(Library).Assembly, path, out var handle)
            ? handle
            : IntPtr.Zero);
}
