// Shows a request in the tabs, each with a button that copies it.
import { SNIPPETS } from './snippets.js';
import { makeTabs } from './tabs.js';

const NOTES = {
  curl: 'For a POSIX shell.',
  dotnet: 'A whole program: dotnet run push.cs, with .NET 10.',
  http: 'A .http file, for Visual Studio, Visual Studio Code or Rider.',
};
const template = document.getElementById('snippet');
const panels = Object.keys(SNIPPETS).map(name => {
  const panel = document.getElementById(`request-${name}`);
  panel.append(template.content.cloneNode(true));
  const [note, text, actions] = panel.children, [copy, said] = actions.children;
  copy.addEventListener('click', async () => said.textContent = await copied(text));
  return { name, note, text, actions, said };
});
makeTabs(document.querySelector('#push [role=tablist]'));

/**
 * @param request One of pushKinds.js.
 * @param keyNames The names of the headers with keys.
 */
export function showRequest(request, keyNames) {
  for (const { name, note, text, actions, said } of panels) {
    const snippet = SNIPPETS[name](request, location.origin, keyNames);
    note.textContent = snippet.problem ?? NOTES[name];
    text.textContent = snippet.text ?? '';
    text.hidden = actions.hidden = snippet.text === undefined;
    said.textContent = '';
  }
}

/** There is no request to show, since a field has what cannot be sent. */
export function showNoRequest() {
  for (const { note, text, actions } of panels) {
    note.textContent = 'A field above has what cannot be sent.';
    text.hidden = actions.hidden = true;
  }
}

// A page of another host than localhost has no clipboard without TLS.
async function copied(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return 'Copied.';
  } catch {
    getSelection().selectAllChildren(element);
    return 'The browser does not let this page copy. The text is selected: copy it with Ctrl+C or ⌘C.';
  }
}
