namespace Goim.Benchmarks.Load;

/// <summary>What is sent, and for how long.</summary>
/// <param name="Route">One of <see cref="RequestWriter.Routes"/>.</param>
/// <param name="Ack">The parameter <c>ack</c> of pushes; none if null.</param>
/// <param name="Headers">Lines as they go on the wire, such as <c>x-functions-key: abc</c>.</param>
/// <param name="Connections">Each has one request at a time under way.</param>
/// <param name="UsersPerPush">Users in one <c>pushs</c> or <c>router/mget</c>, lines in one <c>push/batch</c>.</param>
/// <param name="Bytes">Size of one message.</param>
/// <param name="WarmUp">What goes before, and is not measured.</param>
/// <param name="Duration">What is measured.</param>
internal sealed record LoadShape(string Route, string? Ack, string[] Headers, int Connections, int UsersPerPush, int Bytes, TimeSpan WarmUp, TimeSpan Duration)
{
    public override string ToString() =>
        $"{Route}{(Ack is null ? "" : $" ack={Ack}")}, {Connections} connections, {Bytes} bytes a message{(RequestWriter.HasMany(Route) ? $", {UsersPerPush} users a request" : "")}";
}

/// <summary>Who is connected: users 1 to <paramref name="Users"/>, with their sessions spread evenly over comet servers and rooms, which count from 1 too.</summary>
internal sealed record Population(int Users, int SessionsPerUser, int Rooms, int Servers)
{
    public override string ToString() => $"{Users} users, {SessionsPerUser} sessions each, {Rooms} rooms, {Servers} comet servers";
}
