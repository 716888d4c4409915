// What this browser is still uploading, in whichever of its tabs: nothing is declared before it is there.
import { useEffect, useState } from "react";

const CHANNEL = "jr-uploads";
// A tab that runs uploads says so again and again; one that was killed is believed for this long.
const BEAT_MS = 4000;
const BELIEVED_MS = 12000;
const RUNNING = ["waiting", "reading", "sending", "checking", "lost"];

/** One for each window, however many copies of this module the build makes. */
function shared() {
  if (window.jrUploads) return window.jrUploads;
  const own = { entries: new Set(), others: new Map(), listeners: new Set(), me: String(Math.random()) };
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(CHANNEL);
  const say = () => channel?.postMessage({ from: own.me, count: own.entries.size });
  own.told = () => {
    say();
    own.listeners.forEach((listener) => listener());
  };
  own.count = () => {
    const now = Date.now();
    const others = [...own.others.values()].filter((other) => now - other.at < BELIEVED_MS);
    return own.entries.size + others.reduce((sum, other) => sum + other.count, 0);
  };
  channel?.addEventListener("message", ({ data }) => {
    if (data.asks) return say();
    own.others.set(data.from, { count: data.count, at: Date.now() });
    return own.listeners.forEach((listener) => listener());
  });
  channel?.postMessage({ asks: true });
  window.addEventListener("pagehide", () => channel?.postMessage({ from: own.me, count: 0 }));
  setInterval(() => {
    if (own.entries.size) say();
    if (own.others.size) own.listeners.forEach((listener) => listener());
  }, BEAT_MS);
  window.jrUploads = own;
  return own;
}

/** Note in which state an upload of this tab is; one that ended, or that waits for the person, runs no more. */
export function noteUpload(entry) {
  const uploads = shared();
  const before = uploads.entries.size;
  if (RUNNING.includes(entry.state)) uploads.entries.add(entry);
  else uploads.entries.delete(entry);
  if (uploads.entries.size !== before) uploads.told();
}

/** An upload that was cancelled or dismissed. */
export function dropUpload(entry) {
  if (shared().entries.delete(entry)) shared().told();
}

/** How many files this browser is still uploading. */
export function useUploading() {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const uploads = shared();
    const look = () => setCount(uploads.count());
    uploads.listeners.add(look);
    look();
    return () => uploads.listeners.delete(look);
  }, []);
  return count;
}
