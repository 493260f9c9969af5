using System.Globalization;
using System.Runtime.InteropServices;
using Goim.Comet.Client;
using Goim.Comet.Client.Sample;

if (args is ["--help" or "-h"])
{
    Console.Write(ClientArguments.Help);
    return 0;
}

if (!ClientArguments.TryParse(args, out var options, out var problem))
{
    await Console.Error.WriteLineAsync(problem);
    return 2;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
await using var output = StandardOutput.Open();
await using var connection = new GoimConnection(options);
connection.StateChanged += (_, change) => Note(change);
try
{
    await connection.ConnectAsync(stop.Token);
    await foreach (var message in connection.ReadAllAsync(stop.Token))
    {
        await output.WriteLineAsync(MessageLine.Of(message.Body.Span));
    }

    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}
catch (IOException)
{
    // Nobody reads the output any more.
    return 0;
}
catch (GoimDisconnectedException)
{
    return 1;
}

void Note(GoimStateChangedEventArgs change)
{
    var note = change switch
    {
        { State: GoimConnectionState.Connected } => $"Connected to {options.Server.OriginalString}.",
        { RetryAfter: { } wait } =>
            string.Create(CultureInfo.InvariantCulture, $"{change.Reason} Connecting again in {wait.TotalSeconds:0.0} s."),
        _ => change.Reason,
    };
    if (note is not null)
    {
        Console.Error.WriteLine(note);
    }
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
