using System.Net;
using System.Net.Sockets;
using Goim.Settings;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Unit.Settings;

public sealed class StartFailureTests
{
    [Fact]
    public void A_refused_setting_and_an_address_that_cannot_be_listened_on_are_told()
    {
        Assert.Equal("a is 1.; b is 2.", StartFailure.Sentence(new OptionsValidationException("", typeof(string), ["a is 1.", "b is 2."])));
        Assert.Equal("no file.", StartFailure.Sentence(new StartException("no file.")));
        var inUse = Assert.Throws<SocketException>(ListenTwice);
        Assert.Equal(inUse.Message, StartFailure.Sentence(inUse));
        Assert.Equal("in use", StartFailure.Sentence(new IOException("in use", inUse)));
    }

    [Fact]
    public void Each_of_several_is_told_once()
    {
        var several = new AggregateException(new StartException("a is 1."), new StartException("a is 1."), new StartException("b is 2."));

        Assert.Equal("a is 1.; b is 2.", StartFailure.Sentence(several));
    }

    // What a defect of ours throws keeps its stack trace.
    [Fact]
    public void Any_other_exception_is_not_taken_for_a_setting()
    {
        Assert.Null(StartFailure.Sentence(new InvalidOperationException("No service for type 'X' has been registered.")));
        Assert.Null(StartFailure.Sentence(new FormatException()));
        Assert.Null(StartFailure.Sentence(new IOException("disk full")));
        Assert.Null(StartFailure.Sentence(new AggregateException(new StartException("a is 1."), new InvalidOperationException())));
    }

    private static void ListenTwice()
    {
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        first.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        first.Listen();
        using var second = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        second.Bind(first.LocalEndPoint!);
        second.Listen();
    }
}
