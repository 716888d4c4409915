// The wizard answers at once: after each change the page of the new answers is fetched and takes the place of this one.
(() => {
  const wizard = document.getElementById("wizard");
  if (!wizard) return;
  let wanted = 0;
  async function answer() {
    const mine = ++wanted;
    const entries = [...new FormData(wizard.querySelector("form"))].filter(([, value]) => value !== "");
    const address = `/guides/wizard?${new URLSearchParams(entries)}`;
    const focused = document.activeElement;
    const key = focused?.name ? { name: focused.name, value: focused.type === "radio" || focused.type === "checkbox" ? focused.value : null } : null;
    let found;
    try {
      const response = await fetch(address, { headers: { accept: "text/html" } });
      found = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("wizard");
    } catch {
      return;
    }
    if (!found || mine !== wanted) return;
    const opened = wizard.querySelector("#items-open")?.open;
    for (const part of ["questions", "result"]) {
      document.getElementById(part).innerHTML = found.querySelector(`#${part}`).innerHTML;
    }
    if (opened && wizard.querySelector("#items-open")) wizard.querySelector("#items-open").open = true;
    history.replaceState(null, "", address);
    if (key) {
      const same = [...wizard.querySelectorAll("input, select")].find((e) => e.name === key.name && (key.value === null || e.value === key.value));
      same?.focus({ preventScroll: true });
    }
  }
  wizard.addEventListener("change", answer);
})();
