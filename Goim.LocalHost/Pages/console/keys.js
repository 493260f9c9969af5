// The keys of this tab, and the dialog that asks for them. They are kept in sessionStorage only.
const STORED = 'goim.keys';
const NONE = { callerKey: '', functionKey: '' };
const dialog = document.getElementById('keys');
const form = document.getElementById('keys-form');

/** Event `change`: the user has given other keys. */
class Keys extends EventTarget {
  current = stored();
  /** Asks for keys. `reason` says why. Does nothing while it asks already. */
  ask(reason) {
    if (dialog.open) return;
    document.getElementById('keys-reason').textContent = reason;
    form.elements.callerKey.value = this.current.callerKey;
    form.elements.functionKey.value = this.current.functionKey;
    dialog.returnValue = 'cancel';
    dialog.showModal();
  }
  use(given) {
    this.current = given;
    if (given.callerKey || given.functionKey) sessionStorage.setItem(STORED, JSON.stringify(given));
    else sessionStorage.removeItem(STORED);
    this.dispatchEvent(new Event('change'));
  }
}
export const keys = new Keys();

document.getElementById('open-keys').addEventListener('click', () => keys.ask('The host asks for keys only if its settings say so.'));
dialog.addEventListener('close', () => {
  const [callerKey, functionKey] = [form.elements.callerKey.value.trim(), form.elements.functionKey.value.trim()];
  form.reset();
  if (dialog.returnValue === 'use') keys.use({ callerKey, functionKey });
  if (dialog.returnValue === 'forget') keys.use(NONE);
});

function stored() {
  try { return { ...NONE, ...JSON.parse(sessionStorage.getItem(STORED)) }; } catch { return NONE; }
}
