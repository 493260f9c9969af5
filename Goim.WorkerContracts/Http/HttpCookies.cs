namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>Cookies of a response.</summary>
public abstract class HttpCookies
{
    public abstract void Append(string name, string value);

    public abstract void Append(IHttpCookie cookie);

    public abstract IHttpCookie CreateNew();
}

/// <summary>A cookie.</summary>
public interface IHttpCookie
{
    string Name { get; }

    string Value { get; }
}

/// <summary>A cookie of a name and a value.</summary>
public sealed class HttpCookie(string name, string value) : IHttpCookie
{
    public string Name { get; } = name;

    public string Value { get; } = value;
}
