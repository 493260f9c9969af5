namespace Goim.Functions.Tests.Hosting;

/// <summary>A test that needs kcat, a Kafka client that is none of ours; <c>./test</c> installs it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KcatFactAttribute : FactAttribute
{
    public KcatFactAttribute()
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "kcat"))))
        {
            Skip = "kcat is not installed (Debian: apt-get install kcat).";
        }
    }
}
