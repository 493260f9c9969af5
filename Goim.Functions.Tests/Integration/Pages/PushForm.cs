using Microsoft.Playwright;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>The console's form for pushes.</summary>
internal sealed class PushForm(ConsolePage page)
{
    private readonly ILocator panel = page.Panel("Push");

    /// <summary>What the page says about the last push.</summary>
    public ILocator Answer => panel.GetByRole(AriaRole.Status, new() { Name = "Answer", Exact = true });

    /// <summary>What the page says at a field that cannot be sent.</summary>
    public ILocator Said(string problem) => panel.GetByText(problem, new() { Exact = true });

    /// <summary>A field or a choice by its label.</summary>
    public ILocator Field(string label) => panel.GetByLabel(label, new() { Exact = true });

    /// <param name="kind">The last part of its route, <c>push</c> for a user.</param>
    public async Task ChooseAsync(string kind) =>
        await panel.GetByRole(AriaRole.Combobox, new() { Name = "Push", Exact = true }).SelectOptionAsync(kind);

    /// <summary>The message is text, or bytes as hex.</summary>
    public async Task WriteAsync(string message, bool isHex = false)
    {
        await panel.GetByRole(AriaRole.Combobox, new() { Name = "Message is" }).SelectOptionAsync(isHex ? "hex" : "text");
        await Field("Message").FillAsync(message);
    }

    /// <summary>Pushes. Returns what the page then says, on one line.</summary>
    public async Task<string> PushAsync()
    {
        var button = panel.GetByRole(AriaRole.Button, new() { Name = "Push", Exact = true });
        await button.ClickAsync();
        await button.WaitForAsync();
        return string.Join(' ', (await Answer.InnerTextAsync()).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>The request in a form.</summary>
    /// <param name="form">curl, .NET or HTTP.</param>
    public async Task<string> RequestAsync(string form) => (await (await ShowAsync(form)).Locator("pre").TextContentAsync())!;

    /// <summary>What the page says about the request in a form.</summary>
    public async Task<string> NoteAsync(string form) => await (await ShowAsync(form)).InnerTextAsync();

    /// <summary>Copies the request that is shown.</summary>
    public async Task CopyAsync()
    {
        await panel.GetByRole(AriaRole.Button, new() { Name = "Copy", Exact = true }).ClickAsync();
        await panel.GetByText("Copied.", new() { Exact = true }).WaitForAsync();
    }

    private async Task<ILocator> ShowAsync(string form)
    {
        await panel.GetByRole(AriaRole.Tab, new() { Name = form, Exact = true }).ClickAsync();
        return panel.GetByRole(AriaRole.Tabpanel, new() { Name = form, Exact = true });
    }
}
