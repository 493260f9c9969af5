namespace Microsoft.Azure.Functions.Worker;

/// <summary>Marks a method as a function and names it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class FunctionAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>Marks the property of an output class that is the HTTP response.</summary>
[AttributeUsage(AttributeTargets.Property)]
public class HttpResultAttribute : Attribute;

/// <summary>Whose key a caller must present.</summary>
public enum AuthorizationLevel
{
    Anonymous = 0,
    User = 1,
    Function = 2,
    System = 3,
    Admin = 4,
}

/// <summary>Runs a function for each request to its route. No method named: every method arrives.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HttpTriggerAttribute : Attribute
{
    public HttpTriggerAttribute()
    {
    }

    public HttpTriggerAttribute(params string[] methods) => Methods = methods;

    public HttpTriggerAttribute(AuthorizationLevel authLevel) => AuthLevel = authLevel;

    public HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods)
    {
        AuthLevel = authLevel;
        Methods = methods;
    }

    /// <summary>Function unless said.</summary>
    public AuthorizationLevel AuthLevel { get; } = AuthorizationLevel.Function;

    public string[]? Methods { get; }

    public string? Route { get; set; }
}

/// <summary>Runs a function for each message of an Azure Storage queue.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class QueueTriggerAttribute(string queueName) : Attribute
{
    public string QueueName { get; } = queueName;

    /// <summary>Name of the setting that holds the connection; <c>AzureWebJobsStorage</c> unless set.</summary>
    public string? Connection { get; set; }
}
