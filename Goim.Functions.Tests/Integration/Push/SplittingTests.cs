using System.Globalization;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Push;

public sealed class SplittingTests
{
    [Fact]
    public async Task Sub_keys_that_do_not_fit_one_record_go_into_more()
    {
        await using var host = await TestHost.StartAsync("--KafkaMaxRecordBytes=2000", "--Router:BatchSize=100");
        var puts = Enumerable.Range(1, 1_000).Select(user => new PutArg { UserId = user, Server = user % 2 });
        await host.Nodes["1"].Client.MPutAsync(new MPutArg { Puts = { puts } });
        var users = string.Join(',', Enumerable.Range(1, 1_000));

        (await host.PostAsync("/1/pushs", $$"""{"m":"hello","u":[{{users}}]}""")).IsOk();

        var records = host.Records().Select(record => KafkaRecord.Read(record.Value)!).ToList();
        Assert.All(host.Records(), record => Assert.InRange(record.Value.Length, 1, 2_000 - 26));
        Assert.All(records, record => Assert.Equal("\"hello\"", System.Text.Encoding.UTF8.GetString(record.Msg)));
        Assert.All(records, record => Assert.All(record.SubKeys, key => Assert.Equal(key.UserId % 2, record.Server)));
        Assert.Equal(
            Enumerable.Range(1, 1_000)
                .Select(user => string.Create(CultureInfo.InvariantCulture, $"{user}_1"))
                .Order(StringComparer.Ordinal),
            records.SelectMany(record => record.SubKeys).Select(key => key.ToString()).Order(StringComparer.Ordinal));
        Assert.InRange(records.Count, 6, 12);
    }
}
