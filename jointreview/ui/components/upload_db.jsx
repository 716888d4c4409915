// Uploads this browser began, kept in IndexedDB so that a closed tab can go on: what, where to, and the file if it can be kept.

const NAME = "jointreview-uploads";
const STORE = "sent";
// A larger file would be copied into the browser's own folder: its handle is kept, or it is chosen again.
const KEPT_BYTES = 64 * 1024 * 1024;
const FORGOTTEN_MS = 7 * 86400 * 1000;

let opened;
function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "session" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

async function within(mode, work) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(STORE, mode);
    const asked = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

/** Keep what is needed to go on after the tab was closed. A browser that keeps nothing only loses that comfort. */
export async function keep(entry, place) {
  const row = {
    session: entry.session,
    place,
    name: entry.name,
    size: entry.size,
    digest: entry.digest || "",
    key: entry.key,
    args: entry.args,
    handle: entry.handle || null,
    file: entry.file && entry.size <= KEPT_BYTES ? entry.file : null,
    at: Date.now(),
  };
  try {
    await within("readwrite", (store) => store.put(row));
  } catch {
    await within("readwrite", (store) => store.put({ ...row, file: null, handle: null })).catch(() => {});
  }
}

export const forget = (session) => within("readwrite", (store) => store.delete(session)).catch(() => {});

/** What was begun at this place of the page and has not been settled; what is a week old is dropped. */
export async function begun(place) {
  try {
    const rows = await within("readonly", (store) => store.getAll());
    for (const row of rows) if (Date.now() - row.at > FORGOTTEN_MS) forget(row.session);
    return rows.filter((row) => row.place === place && Date.now() - row.at <= FORGOTTEN_MS);
  } catch {
    return [];
  }
}

/** The file of a kept upload when the browser still may read it without asking; null otherwise. */
export async function keptFile(row) {
  if (row.file) return row.file;
  try {
    if (row.handle && (await row.handle.queryPermission({ mode: "read" })) === "granted") return await row.handle.getFile();
  } catch {
    return null;
  }
  return null;
}

/** The file of a kept handle, after the person allowed it; null when they did not or it is gone. */
export async function askedFile(handle) {
  try {
    return (await handle.requestPermission({ mode: "read" })) === "granted" ? await handle.getFile() : null;
  } catch {
    return null;
  }
}
