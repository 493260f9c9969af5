using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(Goim.Benchmarks.Protocol.KafkaMsgBenchmark).Assembly).Run(args);
