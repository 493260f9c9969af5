using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Integration.Push;

/// <summary>
/// User 42 has sessions 1 and 3 on server 3, in rooms 1 and 2, and session 2 on server 5, in room 1; user 43 has session 1 on server 3, in
/// room 1. The clock stands at 1,790,000,000,000 ms.
/// </summary>
public sealed class RestrictedPushHost : HostFixture
{
    private protected override async Task<TestHost?> StartAsync()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_000));
        var host = await TestHost.StartAsync(
            ["1", "2"],
            ["--Push:MaxRequestBytes=100000", "--KafkaMaxRecordBytes=50000"],
            configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        foreach (var (user, server, room) in new[] { (42, 3, 1), (42, 5, 1), (42, 3, 2), (43, 3, 1) })
        {
            await host.PostAsync("/1/router/put", $$"""{"userId":{{user}},"server":{{server}},"roomId":{{room}}}""");
        }

        return host;
    }
}

/// <summary>Records as a test compares them.</summary>
internal static class RecordLines
{
    /// <summary>Each record, with its key in hex and a blank before it if it has one; sorted.</summary>
    public static IEnumerable<string> Lines(this TestHost host) => host.Records()
        .Select(record => record.KeyHex is { } key ? $"{key} {record.Text}" : record.Text).Order(StringComparer.Ordinal);

    /// <summary>Sub keys such as <c>1000_1,1001_1</c>.</summary>
    public static string Keys(int count) => string.Join(',', Enumerable.Range(1_000, count).Select(user => new SubKey(user, 1)));
}
