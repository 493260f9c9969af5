using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Goim.Kafka;

/// <summary>Loads the librdkafka that comes with Confluent.Kafka.</summary>
/// <remarks>
/// On Debian the package's <c>librdkafka.so</c> does not load, since it needs <c>libsasl2.so.3</c>. .NET then silently binds an old
/// librdkafka of the system, if there is one. <c>centos8-librdkafka.so</c>, from the same package, needs nothing that Debian or Azure lack.
/// </remarks>
public static class KafkaLibrary
{
    private const string Name = "librdkafka";
    private static readonly Lazy<bool> ForConfluent = new(static () =>
    {
        ResolveFor(typeof(Library).Assembly);
        return true;
    });

    /// <summary>Call it before the first Kafka client is made. Further calls do nothing.</summary>
    public static void Use() => _ = ForConfluent.Value;

    /// <summary>
    /// Makes a Kafka client outside of the caller's trace and log scope: the client's threads keep those that it is made in.
    /// </summary>
    /// <param name="build">The builder's <c>Build</c>.</param>
    public static TClient Make<TClient>(Func<TClient> build)
        where TClient : IClient
    {
        ArgumentNullException.ThrowIfNull(build);
        Use();
        using (ExecutionContext.SuppressFlow())
        {
            return build();
        }
    }

    /// <summary>Makes the P/Invokes of <paramref name="assembly"/> find the same library. Call it once for an assembly.</summary>
    public static void ResolveFor(Assembly assembly) => NativeLibrary.SetDllImportResolver(assembly, static (name, _, path) =>
        name == Name
        && OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("centos8-librdkafka", typeof(Library).Assembly, path, out var handle)
            ? handle
            : IntPtr.Zero);
}
