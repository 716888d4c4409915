// Keys that walk a list: j and k from row to row, / to the search line; nothing while somebody types or a dialog is open.
import { useEffect } from "react";

const typing = (el) => el && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName));

/** Props: rows (CSS selector of the focusable element of each row), search (CSS selector of the search input). */
export function RowKeys({ rows, search }) {
  useEffect(() => {
    const pressed = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("[role=dialog],[role=alertdialog]")) return;
      if (event.key === "/") {
        const line = document.querySelector(search);
        if (!line) return;
        event.preventDefault();
        line.focus();
        line.select?.();
        return;
      }
      if (event.key !== "j" && event.key !== "k") return;
      const all = Array.from(document.querySelectorAll(rows));
      if (!all.length) return;
      event.preventDefault();
      const here = all.findIndex((row) => row === document.activeElement || row.closest("tr,li")?.contains(document.activeElement));
      const next = here < 0 ? (event.key === "j" ? 0 : all.length - 1) : here + (event.key === "j" ? 1 : -1);
      const target = all[Math.min(Math.max(next, 0), all.length - 1)];
      target.focus();
      target.closest("tr,li")?.scrollIntoView({ block: "nearest" });
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [rows, search]);
  return null;
}
