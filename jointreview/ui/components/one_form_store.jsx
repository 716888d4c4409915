// The answers of the one form: local drafts, autosave, retry without network, conflicts. Nothing entered is lost.
import { useCallback, useEffect, useRef, useState } from "react";
import { NoAnswer, problemsOf, request } from "$/public/external/jointreview/ui/components/signature/signature_http.jsx";
import { firstKeys, forgetDraft, readDraft, writeDraft } from "./one_form_drafts.jsx";
import { differences, same, sendable, tidy } from "./one_form_logic.jsx";

const SAVE_AFTER_MS = 800;
const RETRY_MS = 5000;
const REFRESH_AFTER_MS = 250;
const OWN_ECHO_MS = 3000;
const FOLLOWS = ["checks", "derived", "items", "materials"];

/** Everything the form page needs; `data` is null until the first answer, `failure` says why there is none. */
export function useApplication(caseId, texts) {
  const [data, setData] = useState(null);
  const [failure, setFailure] = useState(null);
  const [, redraw] = useState(0);
  const store = useRef(null);
  store.current ??= new Store(caseId, () => redraw((n) => n + 1));
  store.current.texts = texts;

  const refresh = useCallback(async () => {
    try {
      const answer = await request("GET", `/api/cases/${caseId}/application`);
      setFailure(null);
      store.current.take(answer);
      setData(answer);
      return answer;
    } catch (problem) {
      if (!(problem instanceof NoAnswer) || !store.current.schema) setFailure(problemsOf(problem, store.current.texts));
      return null;
    }
  }, [caseId]);

  useEffect(() => {
    const s = store.current;
    let timer = 0;
    // Own saves bring what follows from them; the announcement of the change that comes after can wait.
    s.refreshSoon = () => {
      clearTimeout(timer);
      timer = setTimeout(refresh, Date.now() - s.followed < OWN_ECHO_MS ? OWN_ECHO_MS : REFRESH_AFTER_MS);
    };
    s.follow = (answer) => {
      s.followed = Date.now();
      s.edited.clear();
      setData((known) => known && { ...known, ...Object.fromEntries(FOLLOWS.filter((name) => answer[name]).map((name) => [name, answer[name]])) });
    };
    refresh();
    const retry = setInterval(() => s.retry(), RETRY_MS);
    const online = () => s.retry();
    const leaving = () => document.visibilityState === "hidden" && s.saveAll();
    window.addEventListener("online", online);
    document.addEventListener("visibilitychange", leaving);
    return () => {
      clearTimeout(timer);
      clearInterval(retry);
      window.removeEventListener("online", online);
      document.removeEventListener("visibilitychange", leaving);
      s.saveAll();
    };
  }, [refresh]);

  return { data, failure, refresh, store: store.current };
}

class Store {
  constructor(caseId, redraw) {
    this.caseId = caseId;
    this.redraw = redraw;
    this.values = {};
    this.base = {};
    this.state = {};
    this.faults = {};
    this.edited = new Set();
    this.conflicts = {};
    this.timers = {};
    this.running = {};
    this.schema = null;
    this.savedAt = "";
    this.locked = "";
    this.prefilled = {};
    this.followed = 0;
  }

  /** Take the server's picture in; a section with local changes keeps them. */
  take(answer) {
    this.schema = answer.schema;
    this.me = answer.me?.account_id ?? 0;
    this.locked = answer.locked || "";
    this.isDraft = answer.case.state === "draft";
    this.brought = new Set(answer.brought || []);
    if (answer.mode === "party") return; // an invited party reads its own rows and edits nothing
    this.sections = Object.fromEntries(answer.schema.sections.map((s) => [s.code, s]));
    for (const { code } of answer.schema.sections) {
      const saved = answer.sections[code] || { version: 0, values: {} };
      const known = this.base[code];
      if (!known) this.open(code, saved);
      else if (saved.version !== known.version && !this.isDirty(code) && !this.running[code]) {
        this.base[code] = saved;
        this.values = { ...this.values, [code]: saved.values };
      }
    }
    this.edited.clear();
    this.redraw();
  }

  open(code, saved) {
    this.base[code] = saved;
    this.values = { ...this.values, [code]: saved.values };
    this.prefilled[code] = this.isDraft ? firstKeys(this.key(code), saved).filter((k) => this.brought.has(`${code}.${k}`)) : [];
    const draft = readDraft(this.key(code));
    if (!draft || same(tidy(this.sections[code], draft.values), tidy(this.sections[code], saved.values))) return;
    this.values = { ...this.values, [code]: draft.values };
    this.base[code] = draft.base.version === saved.version ? saved : draft.base;
    this.state[code] = "dirty";
    setTimeout(() => this.save(code), 0);
  }

  key(code) {
    return `jr-form:${this.me}:${this.caseId}:${code}`;
  }

  isDirty(code) {
    const section = this.sections?.[code];
    return Boolean(section) && !this.locked && !same(tidy(section, this.values[code]), tidy(section, this.base[code]?.values));
  }

  /** An answer changed: draft at once, to the server when the typing pauses. */
  set(code, key, value) {
    const mine = { ...this.values[code], [key]: value };
    this.values = { ...this.values, [code]: mine };
    this.edited.add(`${code}.${key}`);
    if (this.faults[code]) this.faults[code] = this.faults[code].filter((f) => !f.where.startsWith(`${code}.${key}`));
    if (this.prefilled[code]) this.prefilled[code] = this.prefilled[code].filter((k) => k !== key);
    writeDraft(this.key(code), { base: this.base[code], values: mine });
    if (this.state[code] !== "conflict") this.state[code] = "dirty";
    clearTimeout(this.timers[code]);
    this.timers[code] = setTimeout(() => this.save(code), SAVE_AFTER_MS);
    this.redraw();
  }

  saveAll() {
    return Promise.all(Object.keys(this.sections || {}).filter((code) => this.isDirty(code)).map((code) => this.save(code)));
  }

  retry() {
    for (const code of Object.keys(this.sections || {})) {
      if (this.isDirty(code)) this.keep(code);
      if (this.state[code] === "offline") this.save(code);
    }
  }

  keep(code) {
    writeDraft(this.key(code), { base: this.base[code], values: this.values[code] });
  }

  async save(code) {
    clearTimeout(this.timers[code]);
    if (this.state[code] === "conflict" || this.locked || !this.sections?.[code]) return;
    if (this.running[code]) {
      this.timers[code] = setTimeout(() => this.save(code), 200);
      return;
    }
    const section = this.sections[code];
    const entered = this.values[code];
    const sent = sendable(section, entered);
    if (same(sent, sendable(section, this.base[code].values)) && !this.faults[code]?.length) {
      this.settle(code, entered, sent);
      return;
    }
    this.running[code] = true;
    this.state[code] = "saving";
    this.redraw();
    try {
      const { answer, kept } = await this.put(code, sent);
      this.base[code] = { version: answer.version, values: kept, saved_at: answer.saved_at };
      this.savedAt = answer.saved_at || new Date().toISOString();
      this.settle(code, entered, kept);
      this.follow?.(answer);
    } catch (problem) {
      await this.failed(code, problem);
    } finally {
      this.running[code] = false;
      this.redraw();
    }
  }

  /** What the server refuses stays here beside its field; everything else is saved. */
  async put(code, sent) {
    const url = `/api/cases/${this.caseId}/form/${code}`;
    const version = this.base[code].version;
    try {
      const answer = await request("PUT", url, { values: sent, base_version: version });
      this.faults[code] = [];
      return { answer, kept: sent };
    } catch (problem) {
      if (problem.status !== 422) throw problem;
      this.faults[code] = problem.problems;
      const rest = without(sent, problem.problems, this.base[code].values);
      if (same(rest, sent)) throw problem;
      return { answer: await request("PUT", url, { values: rest, base_version: version }), kept: rest };
    }
  }

  settle(code, entered, kept) {
    const unchanged = same(this.values[code], entered);
    if (unchanged && same(tidy(this.sections[code], entered), kept)) {
      forgetDraft(this.key(code));
      this.state[code] = "clean";
    } else {
      writeDraft(this.key(code), { base: this.base[code], values: this.values[code] });
      this.state[code] = unchanged ? "partly" : "dirty";
      if (!unchanged) this.timers[code] = setTimeout(() => this.save(code), SAVE_AFTER_MS);
    }
    this.redraw();
  }

  async failed(code, problem) {
    if (problem instanceof NoAnswer) {
      this.state[code] = "offline";
      return;
    }
    if (problem.kind === "conflict") {
      await this.conflict(code);
      return;
    }
    this.state[code] = problem.status === 401 ? "offline" : "refused";
    if (problem.status !== 422) this.faults[code] = problemsOf(problem, this.texts).map((p) => ({ ...p, where: p.where || code }));
  }

  async conflict(code) {
    try {
      const answer = await request("GET", `/api/cases/${this.caseId}/application`);
      const theirs = answer.sections[code] || { version: 0, values: {} };
      const neat = (values) => tidy(this.sections[code], values);
      const found = differences(neat(this.base[code].values), neat(this.values[code]), neat(theirs.values));
      const open = found.filter((d) => !d.onlyMine && !d.onlyTheirs);
      if (!open.length) {
        this.resolve(code, theirs, Object.fromEntries(found.map((d) => [d.key, d.onlyMine ? "mine" : "theirs"])));
        return;
      }
      this.conflicts[code] = { theirs, differences: found };
      this.state[code] = "conflict";
    } catch {
      this.state[code] = "offline";
    }
  }

  /** Choices by field, `mine` or `theirs`; the result is saved on top of the other person's version. */
  resolve(code, theirs, choices) {
    const merged = { ...theirs.values };
    for (const [key, choice] of Object.entries(choices)) if (choice === "mine") merged[key] = this.values[code][key];
    this.base[code] = theirs;
    this.values = { ...this.values, [code]: merged };
    delete this.conflicts[code];
    this.state[code] = "dirty";
    writeDraft(this.key(code), { base: theirs, values: merged });
    this.timers[code] = setTimeout(() => this.save(code), 0);
    this.redraw();
  }

  /** The one state to show for the whole form. */
  get overall() {
    const states = Object.values(this.state);
    return ["conflict", "offline", "refused", "saving", "dirty", "partly"].find((s) => states.includes(s)) || "clean";
  }
}

/** The values without the entries that problems name (`S4.buildings[2].area`), the saved ones in their place. */
export function without(sent, problems, saved) {
  const rest = structuredClone(sent);
  for (const { where } of problems) {
    const [, key, , row, column] = (where || "").match(/^S\d+\.([a-z0-9_]+)(\[(\d+)\](?:\.([a-z0-9_]+))?)?/) || [];
    if (!key) continue;
    if (column && rest[key]?.[row]) delete rest[key][row][column];
    else if (saved?.[key] !== undefined && !same(saved[key], sent[key])) rest[key] = saved[key];
    else delete rest[key];
  }
  return rest;
}
