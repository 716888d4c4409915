// Compares a file with the document in force by its SHA-256, in the browser alone: nothing is sent.
const drop = document.getElementById("drop");
const file = document.getElementById("file");
const result = document.getElementById("result");
const words = drop.dataset;

const say = (text, verdict) => {
  result.textContent = text;
  result.dataset.verdict = verdict;
};

async function compare(chosen) {
  if (!chosen) return;
  // Browsers offer digests to pages opened by https (or on the same computer) only.
  if (!globalThis.crypto?.subtle) return say(words.unable, "unable");
  say(words.busy, "busy");
  try {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await chosen.arrayBuffer()));
    const digest = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const same = digest === words.digest;
    say(`${same ? "✓" : "✕"} ${chosen.name}: ${same ? words.same : words.differs}`, same ? "same" : "differs");
  } catch {
    say(words.failed, "failed");
  }
}

file.addEventListener("change", () => compare(file.files[0]));
for (const kind of ["dragenter", "dragover"]) {
  drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
}
for (const kind of ["dragleave", "drop"]) {
  drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.remove("over"); });
}
drop.addEventListener("drop", (event) => compare(event.dataTransfer.files[0]));
