using System.Diagnostics;
using Goim.Functions.Tests.Hosting;
using Goim.Logic.Access;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Unit.Access;

/// <summary>Which lines the trail writes, and which it only counts.</summary>
public sealed class AuditTrailTests : IDisposable
{
    private const string Line =
        "Information: PushAll: caller backend, route /1/push/all, target all, count 1, outcome done, trace none";

    private readonly FakeTimeProvider time = new();
    private readonly LogLines lines = new();
    private readonly LoggerFactory loggers;
    private readonly AuditTrail trail;

    public AuditTrailTests()
    {
        loggers = new LoggerFactory([lines]);
        trail = new AuditTrail(loggers, TestMetrics.New(), time);
    }

    [Fact]
    public void The_eleventh_line_of_a_second_is_counted_and_the_count_is_written_although_nothing_follows()
    {
        Write(13, "backend");
        Assert.Equal(Enumerable.Repeat(Line, 10), lines.All);

        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("Information: PushAll: caller backend, lines left out in a second: 3", lines.All[10]);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(11, lines.All.Length);
    }

    [Fact]
    public void The_next_second_has_lines_again()
    {
        Write(10, "backend");
        time.Advance(TimeSpan.FromSeconds(1));

        Write(1, "backend");

        Assert.Equal(Enumerable.Repeat(Line, 11), lines.All);
    }

    [Fact]
    public void Each_caller_and_each_kind_has_ten_lines_of_its_own()
    {
        Write(11, "backend");
        Write(1, "other");
        var deletion = new AuditEvent(AuditKind.DelServer, "server 3", 1, "journalled");
        Write(deletion, "backend", new Uri("http://localhost/1/server/del?server=3"));

        Assert.Equal(
            [
                "Information: PushAll: caller other, route /1/push/all, target all, count 1, outcome done, trace none",
                "Information: DelServer: caller backend, route /1/server/del, target server 3, count 1, outcome journalled, trace none",
            ],
            lines.All[10..]);
    }

    [Fact]
    public void A_line_names_the_trace()
    {
        using var activity = new Activity("request").Start();

        Write(1, "backend");

        Assert.Equal([Line.Replace("none", activity.TraceId.ToHexString(), StringComparison.Ordinal)], lines.All);
    }

    [Fact]
    public void The_end_of_the_app_writes_what_is_left_out()
    {
        Write(11, "backend");

        trail.Dispose();

        Assert.Equal("Information: PushAll: caller backend, lines left out in a second: 1", lines.All[10]);
    }

    public void Dispose()
    {
        trail.Dispose();
        loggers.Dispose();
        lines.Dispose();
    }

    private void Write(int times, string caller)
    {
        for (var i = 0; i < times; i++)
        {
            Write(new AuditEvent(AuditKind.PushAll, "all", 1, "done"), caller, new Uri("http://localhost/1/push/all"));
        }
    }

    private void Write(AuditEvent audited, string caller, Uri url)
    {
        if (trail.Takes(audited, caller))
        {
            trail.Write(audited, caller, url);
        }
    }
}
