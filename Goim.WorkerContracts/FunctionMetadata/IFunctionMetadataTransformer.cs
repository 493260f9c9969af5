namespace Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

/// <summary>A service that rewrites the functions' metadata when the worker starts.</summary>
public interface IFunctionMetadataTransformer
{
    string Name { get; }

    void Transform(IList<IFunctionMetadata> original);
}

/// <summary>What the worker tells the host of one function.</summary>
public interface IFunctionMetadata
{
    /// <summary>One JSON object a binding.</summary>
    IList<string>? RawBindings { get; }
}
