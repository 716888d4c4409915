// Without network: the worker that keeps the pages for the site, and whose drawer of the phone's memory this is.
import { useEffect, useState } from "react";

/** The account that is signed in on this device, as its cookie says; empty when nobody is. */
export function whoIsHere() {
  return document.cookie.split("; ").find((c) => c.startsWith("jr_who="))?.slice("jr_who=".length) || "";
}

/** The texts of the reader's language, as the document says it before any server has answered. */
export function inLanguage(texts) {
  return texts?.[document.documentElement.lang === "en" ? "en" : "zh"] || {};
}

/** Whether this page opens without network: "no" where the browser cannot, "ready" once the shell is kept. */
export function useShell() {
  const [shell, setShell] = useState("");
  useEffect(() => {
    if (!isSecureContext || !navigator.serviceWorker) {
      setShell("no");
      return;
    }
    navigator.serviceWorker
      .register("/sw.js")
      .then(() => navigator.serviceWorker.ready)
      .then(() => setShell("ready"))
      .catch(() => setShell(navigator.serviceWorker.controller ? "ready" : "no"));
  }, []);
  return shell;
}
