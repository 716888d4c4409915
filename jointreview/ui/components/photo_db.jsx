// The device's own memory (IndexedDB) and photographs: kept, made smaller, sent.
import { NoAnswer, ServerRefusal } from "./signature_http.jsx";

const NAME = "jointreview-onsite";
const STORES = ["drafts", "photos", "jobs", "pages", "days", "papers", "receipts", "keys"];
// What was only read: gone with its reader. What was entered stays until its author has sent it.
const READ = ["pages", "days", "papers", "keys"];
const LONGEST_SIDE = 1920;

let opened;
function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 2);
    asked.onupgradeneeded = () => STORES.filter((name) => !asked.result.objectStoreNames.contains(name)).forEach((name) => asked.result.createObjectStore(name, { keyPath: "key" }));
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

async function within(store, mode, work) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(store, mode);
    const asked = work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

export const put = (store, row) => within(store, "readwrite", (s) => s.put(row));
export const remove = (store, key) => within(store, "readwrite", (s) => s.delete(key));
export const get = (store, key) => within(store, "readonly", (s) => s.get(key));
export const all = (store, prefix) =>
  within(store, "readonly", (s) => s.getAll(IDBKeyRange.bound(prefix, `${prefix}\uffff`)));

export const every = (store) => within(store, "readonly", (s) => s.getAll());

/** Another person signed in on this device: what an earlier one has read is gone. */
export async function forgetOthers(account) {
  for (const name of READ) {
    for (const row of await every(name)) {
      if (row.key !== account && !row.key.startsWith(`${account}:`)) await remove(name, row.key);
    }
  }
}

/** The photograph made small enough for a site's network, upright, as JPEG; the original if it cannot be read. */
export async function smaller(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob((blob) => resolve(blob || file), "image/jpeg", 0.85));
  } catch {
    return file;
  }
}

/** The SHA-256 of a file in hexadecimal; empty where the browser has no cryptography (a page without HTTPS). */
export async function digestOf(blob) {
  if (!crypto.subtle) return "";
  const bytes = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, "0")).join("");
}

/** Sends a file and answers its upload id; with a `digest`, only when the server keeps just these bytes. */
export async function upload(blob, name, digest) {
  let answer;
  try {
    answer = await fetch(`/api/uploads?name=${encodeURIComponent(name)}`, {
      method: "PUT",
      credentials: "same-origin",
      headers: { "content-type": "application/octet-stream" },
      body: blob,
    });
  } catch {
    throw new NoAnswer("uploads");
  }
  if (answer.status >= 502 && answer.status <= 504) throw new NoAnswer("uploads");
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new ServerRefusal(answer.status, body);
  if (digest && body.digest !== digest) throw new NoAnswer("the file changed on its way: it is sent again");
  return body.upload_id;
}
