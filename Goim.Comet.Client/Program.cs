using System.Runtime.InteropServices;
using System.Text;
using Goim.Comet.Client;

if (args is ["--help" or "-h"])
{
    Console.Write(ClientArguments.Help);
    return 0;
}

if (!ClientArguments.TryParse(args, out var arguments, out var problem))
{
    await Console.Error.WriteLineAsync(problem);
    return 2;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
Console.OutputEncoding = Encoding.UTF8;
return await new Receiver(arguments, Console.Out, Console.Error, TimeProvider.System).RunAsync(stop.Token);

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
