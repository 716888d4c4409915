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
