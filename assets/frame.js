// Before the first paint: the document's language and text size follow the reader's choice.
(() => {
  const cookie = (name) => document.cookie.split("; ").find((c) => c.startsWith(name + "="))?.slice(name.length + 1);
  document.documentElement.lang = cookie("jr_lang") === "en" ? "en" : "zh-CN";
  if (cookie("jr_text") === "large") document.documentElement.dataset.text = "large";
})();
