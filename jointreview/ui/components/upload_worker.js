// SHA-256 of a file, piece by piece, away from the page: a file of gigabytes neither fills memory nor stops the page.
import { createSHA256 } from "hash-wasm";

const PIECE = 4 * 1024 * 1024;

self.onmessage = async ({ data: file }) => {
  try {
    const hash = await createSHA256();
    for (let at = 0; at < file.size; at += PIECE) {
      hash.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
    }
    self.postMessage({ digest: hash.digest("hex") });
  } catch {
    self.postMessage({ digest: "" });
  }
};
