// Signing without network: a key made on this device, locked with a code of the day, and what it seals.
import { get, put, remove } from "./photo_db.jsx";
import { newKey, runCommand } from "./signature_http.jsx";

const ROUNDS = 310000;
const TRIES = 5;
const CURVE = { name: "ECDSA", namedCurve: "P-256" };

/** A name of this device that says nothing about it; a permission belongs to it. */
export function deviceName() {
  const kept = localStorage.getItem("jr-device");
  if (kept) return kept;
  const made = newKey().replaceAll("-", "");
  localStorage.setItem("jr-device", made);
  return made;
}

/** Ask for today's permission with the password; the private half stays here, locked with the code. */
export async function permitSigning(account, password, code) {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  const shown = text64(await crypto.subtle.exportKey("spki", pair.publicKey));
  const answer = await runCommand("PermitSigning", { device: deviceName(), public_key: shown, password });
  const { permit_id, visits, expires_at } = answer.value;
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const secret = await crypto.subtle.exportKey("pkcs8", pair.privateKey);
  const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await lock(code, salt), secret);
  // The device's clock may be wrong: the time the permission lasts is the server's.
  const until = Date.now() + (Date.parse(expires_at) - Date.parse(answer.received_at));
  const permit = { key: account, permit_id, visits, until, salt, iv, box, tries: 0 };
  await put("keys", permit);
  return permit;
}

/** The permission on this device, while it lasts. */
export async function keptPermit(account) {
  const permit = await get("keys", account).catch(() => null);
  if (permit && permit.until <= Date.now()) {
    await remove("keys", account);
    return null;
  }
  return permit || null;
}

/** The seal over what was signed. Throws WrongCode; after five wrong codes the key is gone. */
export async function seal(account, code, image, at, words) {
  const permit = await keptPermit(account);
  if (!permit) throw new WrongCode(0);
  const bytes = new TextEncoder();
  let key;
  try {
    const secret = await crypto.subtle.decrypt({ name: "AES-GCM", iv: permit.iv }, await lock(code, permit.salt), permit.box);
    key = await crypto.subtle.importKey("pkcs8", secret, CURVE, false, ["sign"]);
  } catch {
    const left = TRIES - permit.tries - 1;
    await (left > 0 ? put("keys", { ...permit, tries: permit.tries + 1 }) : remove("keys", account));
    throw new WrongCode(left);
  }
  if (permit.tries) await put("keys", { ...permit, tries: 0 });
  const digest = await crypto.subtle.digest("SHA-256", bytes.encode(image));
  const hex = Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join("");
  const said = JSON.stringify([permit.permit_id, hex, at, ...words].map(String));
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, bytes.encode(said));
  return { permit_id: permit.permit_id, signature: text64(signature) };
}

export class WrongCode extends Error {
  constructor(left) {
    super("wrong code");
    this.left = left;
  }
}

async function lock(code, salt) {
  const typed = await crypto.subtle.importKey("raw", new TextEncoder().encode(code), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", salt, iterations: ROUNDS, hash: "SHA-256" };
  return crypto.subtle.deriveKey(how, typed, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

function text64(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer)));
}
