// Sending one file: small ones in a request, large ones in parts that survive a lost connection and a closed tab.
import { NoAnswer, ServerRefusal, request } from "./signature_http.jsx";

const WHOLE_BYTES = 8 * 1024 * 1024;
// Up to this size the digest is known in a moment, and content the server has need not be sent.
const DIGEST_FIRST_BYTES = 256 * 1024 * 1024;
const PARTS_AT_ONCE = 3;
const TRIES = 4;
const ASK_MS = 1500;

/** The browser cannot read the chosen file (any more). */
export class Unreadable extends Error {}

/** Another file than the one that was begun. */
export class OtherFile extends Error {}

/**
 * Send `entry.file` and answer what the server says of it once it was checked.
 *
 * entry: file, name, size; session (of an upload begun before), digest (as far as known), stop (AbortController).
 * told: progress(bytes there), reading(), waiting(paused), begun() when there is a session or a digest to remember.
 */
export async function send(entry, told) {
  if (!entry.session && entry.size <= WHOLE_BYTES) return sendWhole(entry, told);
  let state = entry.session ? await stateOf(entry) : null;
  if (!state || state.state === "receiving") {
    if (!entry.file) throw new Unreadable(entry.name);
    state = await sendParts(entry, state, told);
  }
  while (state.state === "checking") {
    told.waiting(state.paused);
    await pause(ASK_MS, entry.stop.signal);
    state = await stateOf(entry);
    if (!state) throw new ServerRefusal(404, null);
  }
  if (state.state === "refused") throw new ServerRefusal(422, { kind: "invalid", problems: state.problems });
  return state.upload;
}

async function sendWhole(entry, told) {
  const digest = await digestOf(entry);
  const address = `/api/uploads?name=${encodeURIComponent(entry.name)}&digest=${digest}`;
  return put(address, entry.file, entry.stop.signal, told.progress);
}

/** The session as the server has it; null when it is no more. */
export async function stateOf(entry) {
  try {
    return await request("GET", `/api/upload-sessions/${entry.session}`);
  } catch (failure) {
    if (failure instanceof ServerRefusal && failure.status === 404) return null;
    throw failure;
  }
}

export const cancelled = (session) => request("DELETE", `/api/upload-sessions/${session}`).catch(() => {});

async function sendParts(entry, before, told) {
  const hashing = digestOf(entry);
  hashing.catch(() => {});
  if (before ? entry.digest : entry.size <= DIGEST_FIRST_BYTES) {
    told.reading();
    const found = await hashing;
    if (before && entry.digest && entry.digest !== found) throw new OtherFile(entry.name);
    entry.digest = found;
  }
  let state = before;
  if (!state) {
    state = await request("POST", "/api/upload-sessions", { name: entry.name, size: entry.size, digest: entry.digest || "" });
    if (state.state === "done") return state;
  }
  entry.session = state.session;
  await told.begun();
  for (;;) {
    await putParts(entry, state, told);
    if (!entry.digest) {
      entry.digest = await hashing;
      await told.begun();
    }
    try {
      return await request("POST", `/api/upload-sessions/${entry.session}/finish`, { digest: entry.digest });
    } catch (failure) {
      // The store lost parts that it had confirmed, a restart for example: send those again.
      if (!(failure instanceof ServerRefusal) || failure.kind !== "conflict") throw failure;
      state = await stateOf(entry);
      if (!state) throw failure;
    }
  }
}

/** Send every part the server has not got, some at a time. */
async function putParts(entry, state, told) {
  const there = new Set(state.received);
  const length = (number) => Math.min(state.part_bytes, entry.size - (number - 1) * state.part_bytes);
  const missing = [];
  for (let number = 1; (number - 1) * state.part_bytes < entry.size; number += 1) if (!there.has(number)) missing.push(number);
  let settled = [...there].reduce((sum, number) => sum + length(number), 0);
  const moving = new Map();
  const tell = () => told.progress(settled + [...moving.values()].reduce((sum, bytes) => sum + bytes, 0));
  tell();
  const how = { direct: state.direct, addresses: {}, failed: undefined };
  const worker = async () => {
    while (missing.length && !how.failed) {
      const number = missing.shift();
      const from = (number - 1) * state.part_bytes;
      const piece = entry.file.slice(from, from + length(number));
      try {
        await putPart(entry, number, piece, missing, how, (bytes) => {
          moving.set(number, bytes);
          tell();
        });
      } catch (failure) {
        how.failed ??= failure;
        return;
      }
      moving.delete(number);
      settled += piece.size;
      tell();
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARTS_AT_ONCE, missing.length) }, worker));
  if (how.failed) throw how.failed;
}

async function putPart(entry, number, piece, following, how, progress) {
  for (let attempt = 1; ; attempt += 1) {
    const address = how.direct ? await addressOf(entry, number, following, how) : "";
    try {
      await put(address || `/api/upload-sessions/${entry.session}/parts/${number}`, piece, entry.stop.signal, progress);
      return;
    } catch (failure) {
      if (!address && !(failure instanceof NoAnswer)) throw failure;
      // An address may have run out; a store this browser cannot reach is reached through the server.
      delete how.addresses[number];
      if (address && attempt > 1) how.direct = false;
      if (attempt >= TRIES) throw failure instanceof NoAnswer ? failure : new NoAnswer("uploads");
      progress(0);
      await pause(500 * 3 ** (attempt - 1), entry.stop.signal);
    }
  }
}

async function addressOf(entry, number, following, how) {
  if (!how.addresses[number]) {
    const wanted = [number, ...following.slice(0, 20)];
    const found = await request("POST", `/api/upload-sessions/${entry.session}/addresses`, { parts: wanted });
    Object.assign(how.addresses, found.addresses);
  }
  return how.addresses[number];
}

/** PUT with progress. The answer's JSON, null where there is none. */
function put(address, body, signal, onProgress) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const stop = () => xhr.abort();
    const settle = (how, value) => {
      signal.removeEventListener("abort", stop);
      how(value);
    };
    if (signal.aborted) return reject(new DOMException("aborted", "AbortError"));
    signal.addEventListener("abort", stop);
    xhr.open("PUT", address);
    if (address.startsWith("/")) xhr.setRequestHeader("content-type", "application/octet-stream");
    xhr.upload.onprogress = (event) => onProgress(event.loaded);
    xhr.onerror = () => settle(reject, new NoAnswer("uploads"));
    xhr.onabort = () => settle(reject, new DOMException("aborted", "AbortError"));
    xhr.onload = () => {
      let answer = null;
      try {
        answer = JSON.parse(xhr.responseText);
      } catch {
        answer = null;
      }
      if (xhr.status >= 200 && xhr.status < 300) settle(resolve, answer);
      else if (xhr.status >= 502 && xhr.status <= 504) settle(reject, new NoAnswer("uploads"));
      else settle(reject, new ServerRefusal(xhr.status, answer));
    };
    xhr.send(body);
    return undefined;
  });
}

function digestOf(entry) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./upload_worker.js", import.meta.url), { type: "module" });
    const end = (how, value) => {
      worker.terminate();
      how(value);
    };
    entry.stop.signal.addEventListener("abort", () => end(reject, new DOMException("aborted", "AbortError")));
    worker.onmessage = ({ data }) => (data.digest ? end(resolve, data.digest) : end(reject, new Unreadable(entry.name)));
    worker.onerror = () => end(reject, new Unreadable(entry.name));
    worker.postMessage(entry.file);
  });
}

function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("aborted", "AbortError"));
    });
  });
}
