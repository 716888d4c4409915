// What an officer enters on site, kept on the phone until the server has it: drafts, photographs and queued commands.
import { useEffect, useState, useSyncExternalStore } from "react";
import { NoAnswer, ServerRefusal, newKey, problemsOf, runCommand } from "./signature_http.jsx";
import { all, get, put, remove } from "./photo_db.jsx";
import { PhotoKeep } from "./photo_keep.jsx";
import { described, photosOf } from "./site_jobs.jsx";
import { deviceName } from "./site_keys.jsx";

const RETRY_MS = 8000;
// What waited longer than this before it was sent was done without network.
const AT_ONCE_MS = 120000;
const RECEIPTS_KEPT_MS = 14 * 24 * 3600 * 1000;

/**
 * Everything entered for one case by one account on this device.
 *
 * A draft is what stands in the fields (`line`, `result`, `value`, `note`, `photos`, finding fields); `dirty` counts
 * its changes the server has not seen. A job is a command with its key; jobs leave in the order they were made,
 * and a job keeps exactly what it first sent, so that the server runs it once.
 */
export class SiteStore extends PhotoKeep {
  constructor(account, caseId, texts, onSent) {
    super(`${account}:${caseId}:`, texts);
    this.caseId = caseId;
    this.onSent = onSent;
    this.state = { ready: false, drafts: {}, photos: {}, jobs: [], problems: {}, receipts: [], sending: false, offline: !navigator.onLine, syncedAt: "" };
  }

  async open() {
    const names = ["drafts", "photos", "jobs", "receipts"];
    const [drafts, photos, jobs, receipts] = await Promise.all(names.map((s) => all(s, this.prefix)));
    receipts.sort((a, b) => (a.received < b.received ? 1 : -1));
    const shown = Object.fromEntries(photos.map((p) => [p.key, this.shown(p)]));
    jobs.sort((a, b) => a.order - b.order);
    this.change({ ready: true, drafts: Object.fromEntries(drafts.map((d) => [d.key, d])), photos: shown, jobs, receipts });
    navigator.storage?.persist?.();
    this.kick = () => this.send();
    this.cut = () => this.change({ offline: true });
    addEventListener("online", this.kick);
    addEventListener("offline", this.cut);
    this.timer = setInterval(this.kick, RETRY_MS);
    this.send();
  }

  close() {
    removeEventListener("online", this.kick);
    removeEventListener("offline", this.cut);
    clearInterval(this.timer);
    clearTimeout(this.soon);
    this.closed = true;
    Object.values(this.state.photos).forEach((p) => URL.revokeObjectURL(p.url));
  }

  /** Forget rounds that are over and photographs nothing refers to; what the server has not seen stays. */
  async tidy(openRounds) {
    await this.writing;
    const open = openRounds.map((round) => this.draftKey(round, ""));
    const over = Object.values(this.state.drafts).filter((d) => !d.dirty && !open.some((prefix) => d.key.startsWith(prefix)));
    const drafts = Object.fromEntries(Object.entries(this.state.drafts).filter(([, d]) => !over.includes(d)));
    const used = new Set([
      ...Object.values(drafts).flatMap((d) => d.photos || []),
      ...this.state.jobs.flatMap(photosOf),
    ]);
    if (over.length) this.change({ drafts });
    for (const draft of over) await this.write(() => remove("drafts", draft.key));
    for (const key of Object.keys(this.state.photos)) if (!used.has(key) && !this.adding) await this.write(() => remove("photos", key));
  }

  /** The page as last read, for a start without the server. */
  keepPage(page) {
    this.page = page;
    return put("pages", { key: this.prefix, page }).catch(() => {});
  }

  keptPage() {
    return get("pages", this.prefix).then((row) => (this.page = row?.page)).catch(() => undefined);
  }

  draftKey(roundId, line) {
    return `${this.prefix}${roundId}:${line}`;
  }

  draft(roundId, line) {
    return this.state.drafts[this.draftKey(roundId, line)];
  }

  /** Change fields of a draft; `answer` tells whether the change belongs to the checklist and must be sent. */
  edit(assignment, line, fields, answer = false) {
    const key = this.draftKey(assignment.round_id, line);
    const before = this.state.drafts[key] || { key, line, assignment: assignment.id, dirty: 0 };
    const draft = { ...before, ...fields };
    if (answer) {
      draft.dirty = before.dirty + 1;
      draft.at = new Date().toISOString();
      draft.off = this.state.offline;
    }
    const problems = { ...this.state.problems };
    delete problems[`${assignment.id}:${line}`];
    this.change({ drafts: { ...this.state.drafts, [key]: draft }, problems });
    this.write(() => put("drafts", draft));
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.send(), 900);
  }

  dropDraft(assignment, line) {
    const key = this.draftKey(assignment.round_id, line);
    const drafts = { ...this.state.drafts };
    delete drafts[key];
    this.change({ drafts });
    return this.write(() => remove("drafts", key));
  }

  /** Queue a command; `photos` are keys of kept photographs that become `args.photos`. */
  async queue(command, args, { photos = [], place = "", at = new Date().toISOString(), sealed = false } = {}) {
    await this.batch(); // what was answered before it leaves before it
    const job = { ...this.fresh(command, at, sealed || this.state.offline), args, photos, place };
    this.change({ jobs: [...this.state.jobs, job] });
    await this.write(() => put("jobs", job));
    this.send();
    return job;
  }

  fresh(command, at, off) {
    return { key: `${this.prefix}${newKey()}`, order: Date.now() + Math.random(), command, at, off };
  }

  /** What the case cannot take any more becomes a note with it, at the time it was done. */
  async toNote(job, page) {
    const text = described(job, page, this.texts).join("\n").slice(0, 4000);
    const photos = photosOf(job);
    const note = { ...this.fresh("KeepSiteNote", job.at, true), args: { case_id: Number(this.caseId), text }, photos, place: "note" };
    this.change({ jobs: [...this.state.jobs, note] });
    await this.write(() => put("jobs", note));
    await this.dropJob(job);
    this.send();
  }

  async dropJob(job) {
    const problems = { ...this.state.problems };
    delete problems[job.place];
    this.change({ jobs: this.state.jobs.filter((j) => j.key !== job.key), problems });
    // The answers of a dropped list are given up with it: they would be sent again otherwise.
    for (const { key } of (job.refused && job.sent) || []) {
      const draft = { ...this.state.drafts[key], dirty: 0 };
      this.change({ drafts: { ...this.state.drafts, [key]: draft } });
      await this.write(() => put("drafts", draft));
    }
    await this.write(() => remove("jobs", job.key));
  }

  /** Take a refused finding out of the queue and put its words back into the fields. */
  async restore(job) {
    const [assignment, , line] = job.place.split(":");
    const draft = Object.values(this.state.drafts).find((d) => d.assignment === Number(assignment) && d.line === line);
    if (draft) {
      const { text, rule, criterion, place } = job.args;
      const back = { ...draft, f_text: text, f_rule: rule, f_criterion: criterion, f_place: place, more: true };
      if (line.startsWith("__")) back.photos = job.photos;
      this.change({ drafts: { ...this.state.drafts, [draft.key]: back } });
      this.write(() => put("drafts", back));
    }
    await this.dropJob(job);
  }

  /** Send again what the server refused, after something changed. */
  retry() {
    this.change({ jobs: this.state.jobs.map((job) => ({ ...job, refused: false, why: [] })), problems: {} });
    this.send();
  }

  waiting(assignmentId) {
    const drafts = Object.values(this.state.drafts).filter((d) => d.dirty && (!assignmentId || d.assignment === assignmentId));
    const jobs = this.state.jobs.filter(
      (j) => !j.lines && (!assignmentId || !j.args.assignment_id || j.args.assignment_id === assignmentId),
    );
    return drafts.length + jobs.length;
  }

  async send() {
    if (this.closed || !this.state.ready) return;
    if (this.state.sending) {
      this.again = true;
      return;
    }
    this.again = false;
    this.change({ sending: true });
    let sent = 0;
    try {
      this.batch();
      const held = new Set();
      for (const { key } of this.state.jobs.slice()) {
        const job = this.state.jobs.find((j) => j.key === key);
        if (!job) continue;
        // What builds on something refused waits with it: the order is the officer's.
        const about = job.args.assignment_id;
        if (job.refused || (job.command !== "KeepSiteNote" && (held.has("all") || held.has(about)))) {
          if (job.refused) held.add(job.command === "SignIn" ? "all" : about);
          continue;
        }
        if (await this.sendJob(job)) sent += 1;
        else held.add(job.command === "SignIn" ? "all" : about);
      }
      this.change({ offline: !navigator.onLine });
    } catch (failure) {
      if (failure instanceof NoAnswer) this.change({ offline: true });
      else this.change({ problems: { ...this.state.problems, "": problemsOf(failure, this.texts) } });
    } finally {
      const syncedAt = sent ? clock() : this.state.syncedAt;
      this.change({ sending: false, syncedAt });
    }
    if (sent) this.onSent?.();
    if (this.again && !this.state.offline) this.send();
  }

  /** One AnswerChecklist for each assignment with changes that no waiting job carries. */
  batch() {
    const changed = {};
    for (const draft of Object.values(this.state.drafts)) {
      if (draft.dirty && draft.result) (changed[draft.assignment] ??= []).push(draft);
    }
    for (const [id, drafts] of Object.entries(changed)) {
      const waiting = this.state.jobs.find((j) => j.lines && j.args.assignment_id === Number(id));
      if (waiting && (!waiting.refused || sameAs(waiting, drafts))) continue;
      const job = this.answers(Number(id), drafts);
      this.change({ jobs: [...this.state.jobs.filter((j) => j !== waiting), job] });
      this.write(async () => {
        if (waiting) await remove("jobs", waiting.key);
        await put("jobs", job);
      });
    }
    return this.writing;
  }

  answers(assignmentId, drafts) {
    const at = drafts.map((d) => d.at).sort().at(-1);
    return {
      ...this.fresh("AnswerChecklist", at, drafts.some((d) => d.off)),
      args: { case_id: this.caseId, assignment_id: assignmentId },
      lines: drafts.map((d) => ({
        line: d.line,
        result: d.result,
        value: d.value || "",
        note: d.note || "",
        client_time: d.at,
        photos: d.photos || [],
      })),
      sent: drafts.map((d) => ({ key: d.key, dirty: d.dirty })),
      place: `${assignmentId}:`,
    };
  }

  async sendJob(job) {
    let answer;
    try {
      answer = await runCommand(job.command, await this.argsOf(job), { key: job.key, captured: capturedAt(job) });
    } catch (failure) {
      if (failure instanceof NoAnswer) throw failure;
      if (failure instanceof ServerRefusal && failure.status === 401) throw failure;
      if (job.command === "SignIn" && failure.problems?.some((p) => p.key === "commands.signed_in_already")) {
        await this.dropJob(job);
        return true;
      }
      this.refused(job, problemsOf(failure, this.texts));
      return false;
    }
    await this.finished(job, answer);
    return true;
  }

  /** The arguments with the uploads in them, made once: a job sent again says the very same. */
  async argsOf(job) {
    if (job.whole) return job.whole;
    await this.placing;
    const args = { ...job.args };
    if (job.lines) {
      args.lines = [];
      for (const line of job.lines) args.lines.push({ ...line, photos: await this.uploaded(line.photos) });
    } else if (job.photos?.length) args.photos = await this.uploaded(job.photos);
    const kept = { ...job, whole: args };
    this.change({ jobs: this.state.jobs.map((j) => (j.key === job.key ? kept : j)) });
    await this.write(() => put("jobs", kept));
    return args;
  }

  refused(job, found) {
    const problems = { ...this.state.problems };
    for (const problem of found) {
      const place = job.lines?.some((l) => l.line === problem.where) ? `${job.place}${problem.where}` : job.place;
      problems[place] = [...(problems[place] || []).filter((p) => p.text !== problem.text), problem];
    }
    const why = found.map((problem) => problem.text);
    this.change({ problems, jobs: this.state.jobs.map((j) => (j.key === job.key ? { ...j, refused: true, why } : j)) });
    const kept = this.state.jobs.find((j) => j.key === job.key);
    if (kept) this.write(() => put("jobs", kept));
  }

  async finished(job, answer) {
    const said = described(job, this.page, this.texts);
    const receipt = { key: job.key, command: job.command, said, at: job.at, received: answer?.received_at || "", visit: this.page?.visit?.id };
    const old = Date.now() - RECEIPTS_KEPT_MS;
    this.change({ receipts: [receipt, ...this.state.receipts] });
    const drafts = { ...this.state.drafts };
    const changed = [];
    for (const { key, dirty } of job.sent || []) {
      if (drafts[key]) changed.push((drafts[key] = { ...drafts[key], dirty: drafts[key].dirty - dirty }));
    }
    this.change({ drafts });
    await this.write(async () => {
      for (const draft of changed) await put("drafts", draft);
      await put("receipts", receipt);
      for (const one of this.state.receipts) if (Date.parse(one.at) < old) await remove("receipts", one.key);
    });
    await this.dropJob(job);
  }
}

/** The store of this case and its present state; null until the device's memory is read. */
export function useSiteStore(account, caseId, texts, onSent) {
  const [store, setStore] = useState(null);
  useEffect(() => {
    if (!account || !caseId) return undefined;
    const made = new SiteStore(account, caseId, texts, onSent);
    made.open().catch(() => made.change({ ready: true, problems: { "": [{ text: texts.storage_failed, where: "" }] } }));
    setStore(made);
    return () => made.close();
  }, [account, caseId]);
  const state = useSyncExternalStore(store?.watch ?? never, store?.now ?? nothing, nothing);
  return [store, state];
}

/** When it was done, for what was done without network: by this device's clock, with the time of sending beside it. */
function capturedAt(job) {
  if (!job.off && Date.now() - Date.parse(job.at) < AT_ONCE_MS) return undefined;
  return { at: job.at, sent_at: new Date().toISOString(), device: deviceName() };
}

function sameAs(job, drafts) {
  const sent = new Map(job.sent.map((s) => [s.key, s.dirty]));
  return drafts.every((d) => sent.get(d.key) === d.dirty);
}

/** The time in Shanghai, as the server writes it. */
function clock() {
  return new Date().toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

const never = () => () => {};
const nothing = () => null;
