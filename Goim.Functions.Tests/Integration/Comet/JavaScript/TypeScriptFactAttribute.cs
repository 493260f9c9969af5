using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>A test that needs TypeScript's compiler; <c>./test</c> installs it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TypeScriptFactAttribute : FactAttribute
{
    public TypeScriptFactAttribute() => Skip = NodeClient.Missing ?? (File.Exists(Compiler) && Directory.Exists(Path.Combine(Types, "node"))
        ? null
        : "TypeScript is not installed (npm install --prefix .typescript typescript@5.9.3 @types/node@22.20.5).");

    /// <summary>Node's types, where <c>./test</c> installs them.</summary>
    internal static string Types { get; } = Path.Combine(DocumentationTests.Repository(), ".typescript", "node_modules", "@types");

    /// <summary>The compiler, where <c>./test</c> installs it.</summary>
    internal static string Compiler { get; } =
        Path.Combine(DocumentationTests.Repository(), ".typescript", "node_modules", "typescript", "bin", "tsc");
}
