// Before the first paint: the document's language and text size follow the reader's choice.
(() => {
  const cookie = (name) => document.cookie.split("; ").find((c) => c.startsWith(name + "="))?.slice(name.length + 1);
  document.documentElement.lang = cookie("jr_lang") === "en" ? "en" : "zh-CN";
  if (cookie("jr_text") === "large") document.documentElement.dataset.text = "large";
})();

// The language: remembered, then the page is read again in it. What the server sent a moment ago may still write the
// language of before into the cookie; the last word is ours, when the page goes.
window.jrLanguage = (to) => {
  const remember = () => (document.cookie = `jr_lang=${to}; path=/; max-age=31536000; samesite=lax`);
  remember();
  addEventListener("pagehide", remember);
  location.reload();
};
document.addEventListener("click", (event) => {
  const control = event.target.closest?.("[data-language]");
  if (control) window.jrLanguage(control.dataset.language);
});

// The search of the top bar leads to a plain page; the framework would keep the form from being sent.
document.addEventListener(
  "submit",
  (event) => {
    if (!event.target.matches(".jr-search")) return;
    event.preventDefault();
    event.stopPropagation();
    const words = new FormData(event.target).get("q")?.trim();
    if (words) location.assign(`/search?q=${encodeURIComponent(words)}`);
  },
  true,
);

// The skip link moves the focus; the framework would only change the address.
document.addEventListener(
  "click",
  (event) => {
    if (!event.target.closest?.(".jr-skip")) return;
    event.preventDefault();
    event.stopPropagation();
    const content = document.getElementById("content");
    content.focus();
    content.scrollIntoView();
  },
  true,
);

// A dialog opened by the state of the page has no trigger: where the focus was before, it returns.
let before = null;
document.addEventListener("focusin", (event) => {
  if (!event.target.closest("[role=dialog], [role=menu]")) before = event.target;
});
document.addEventListener("DOMContentLoaded", () => {
  const held = (node) => node.nodeType === 1 && (node.matches("[role=dialog]") || node.querySelector("[role=dialog]"));
  new MutationObserver((changes) => {
    if (!changes.some((change) => [...change.removedNodes].some(held))) return;
    setTimeout(() => document.activeElement === document.body && before?.isConnected && before.focus(), 0);
  }).observe(document.body, { childList: true, subtree: true });
});

// What is typed into a dialog stays in the tab until the dialog is left: a lost connection, or a server that was started
// anew, opens it again. `jr_act` is the dialog the page has open (pages/case/state.py).
(() => {
  const place = (form) => `jr_typed:${location.pathname}:${form.dataset.draft}`;
  const stored = (form) => {
    try {
      return JSON.parse(sessionStorage.getItem(place(form))) ?? {};
    } catch {
      return {};
    }
  };
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-draft]");
    if (!form?.dataset.draft || !event.target.name || event.target.type === "file") return;
    sessionStorage.setItem(place(form), JSON.stringify({ ...stored(form), [event.target.name]: event.target.value }));
  });
  const restore = (form) => {
    for (const [name, value] of Object.entries(stored(form))) {
      const field = form.elements.namedItem(name);
      if (field && "value" in field && !field.dataset.restored && field.value !== value) field.value = value;
      if (field?.dataset) field.dataset.restored = "1";
    }
  };
  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver((changes) => {
      for (const change of changes) {
        for (const node of change.addedNodes) {
          if (node.nodeType !== 1) continue;
          const form = node.closest("form[data-draft]") ?? node.querySelector("form[data-draft]");
          if (form?.dataset.draft) restore(form);
        }
        for (const node of change.removedNodes) {
          const form = node.nodeType === 1 && node.querySelector("form[data-draft]");
          if (!form || sessionStorage.getItem("jr_act")) continue;
          // Its name has gone with the dialog: whatever of this page was typed is not wanted any more.
          for (const key of Object.keys(sessionStorage)) {
            if (key.startsWith(`jr_typed:${location.pathname}:`)) sessionStorage.removeItem(key);
          }
        }
      }
    }).observe(document.body, { childList: true, subtree: true });
  });
})();
