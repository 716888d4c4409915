// The plain pages: the reader's size of text; a demonstration account by one click; the eye led to what is wrong.
if (document.cookie.split("; ").includes("jr_text=large")) document.documentElement.dataset.text = "large";
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-login]");
  if (!button) return;
  const form = document.getElementById("signin");
  form.elements.login.value = button.dataset.login;
  form.elements.password.value = button.dataset.password;
  form.querySelector("button[type=submit]").focus();
});
document.querySelector(".problems")?.focus();

// Nobody is signed in: what the pages for the site kept to read goes; what was entered stays until its author sends it.
if (window.indexedDB && !document.cookie.includes("jr_who=")) {
  indexedDB.databases?.().then((found) => {
    if (!found.some((one) => one.name === "jointreview-onsite")) return;
    const asked = indexedDB.open("jointreview-onsite");
    asked.onsuccess = () => {
      const names = ["pages", "days", "papers", "keys"].filter((name) => asked.result.objectStoreNames.contains(name));
      if (names.length) {
        const change = asked.result.transaction(names, "readwrite");
        names.forEach((name) => change.objectStore(name).clear());
        change.oncomplete = () => asked.result.close();
      } else asked.result.close();
    };
  });
}
