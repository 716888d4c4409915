// Drafts of sections in the browser's own store, one for each tab, so that two tabs never write over each other's entries.
import { newKey } from "$/public/external/jointreview/ui/components/signature/signature_http.jsx";

const ALIVE_MS = 15000;
const TAB = "jr-form-tab";

/** The name of this tab; it outlives a reload, not the tab. */
function tab() {
  try {
    const known = sessionStorage.getItem(TAB) || newKey().slice(0, 8);
    sessionStorage.setItem(TAB, known);
    return known;
  } catch {
    return "only";
  }
}

/** The draft of this tab, or the newest one left behind by a tab that is gone; null without either. */
export function readDraft(key) {
  const own = read(`${key}:${tab()}`);
  if (own) return own;
  const left = keys(`${key}:`)
    .map((name) => [name, read(name)])
    .filter(([, draft]) => draft?.values && Date.now() - (draft.at || 0) > ALIVE_MS)
    .sort((a, b) => b[1].at - a[1].at)[0];
  if (!left) return null;
  forget(left[0]);
  writeDraft(key, left[1]);
  return left[1];
}

/** Keep what was entered; called again now and then while it waits, which shows other tabs that this one is alive. */
export function writeDraft(key, draft) {
  write(`${key}:${tab()}`, { ...draft, at: Date.now() });
}

/** The server has it: the draft of this tab is not needed any more. */
export function forgetDraft(key) {
  forget(`${key}:${tab()}`);
}

/** The fields that were filled in when this browser first saw the section. */
export function firstKeys(key, saved) {
  const name = `first-${key}`;
  const known = read(name);
  if (known) return known;
  const filled = saved.version > 0 && saved.version <= 2 ? Object.keys(saved.values).filter((k) => !Array.isArray(saved.values[k])) : [];
  write(name, filled);
  return filled;
}

function keys(start) {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(start));
  } catch {
    return [];
  }
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // A full or forbidden store of the browser: the answers are still on the page and go to the server.
  }
}

function forget(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // As above.
  }
}
