// What an officer enters on site, kept on the phone until the server has it: drafts, photographs and queued commands.
import { useEffect, useState, useSyncExternalStore } from "react";
import { NoAnswer, ServerRefusal, newKey, problemsOf, runCommand } from "./signature_http.jsx";
import { all, digestOf, get, put, remove, smaller, upload } from "./photo_db.jsx";

const RETRY_MS = 8000;

/**
 * Everything entered for one case by one account on this device.
 *
 * A draft is what stands in the fields (`line`, `result`, `value`, `note`, `photos`, finding fields); `dirty` counts
 * its changes the server has not seen. A job is a command with its key; jobs leave in the order they were made,
 * and a job keeps exactly what it first sent, so that the server runs it once.
 */
export class SiteStore {
  constructor(account, caseId, texts, onSent) {
    this.prefix = `${account}:${caseId}:`;
    this.caseId = caseId;
    this.texts = texts;
    this.onSent = onSent;
    this.state = { ready: false, drafts: {}, photos: {}, jobs: [], problems: {}, sending: false, offline: false, syncedAt: "" };
    this.watchers = new Set();
    this.writing = Promise.resolve();
  }

  watch = (callback) => {
    this.watchers.add(callback);
    return () => this.watchers.delete(callback);
  };

  now = () => this.state;

  change(part) {
    this.state = { ...this.state, ...part };
    this.watchers.forEach((callback) => callback());
  }

  async open() {
    const [drafts, photos, jobs] = await Promise.all(["drafts", "photos", "jobs"].map((s) => all(s, this.prefix)));
    const shown = Object.fromEntries(photos.map((p) => [p.key, this.shown(p)]));
    jobs.sort((a, b) => a.order - b.order);
    this.change({ ready: true, drafts: Object.fromEntries(drafts.map((d) => [d.key, d])), photos: shown, jobs });
    navigator.storage?.persist?.();
    this.kick = () => this.send();
    addEventListener("online", this.kick);
    this.timer = setInterval(this.kick, RETRY_MS);
    this.send();
  }

  close() {
    removeEventListener("online", this.kick);
    clearInterval(this.timer);
    clearTimeout(this.soon);
    this.closed = true;
    Object.values(this.state.photos).forEach((p) => URL.revokeObjectURL(p.url));
  }

  shown(photo) {
    return { ...photo, url: photo.blob ? URL.createObjectURL(photo.blob) : photo.url };
  }

  /** Forget rounds that are over and photographs nothing refers to; what the server has not seen stays. */
  async tidy(openRounds) {
    await this.writing;
    const open = openRounds.map((round) => this.draftKey(round, ""));
    const over = Object.values(this.state.drafts).filter((d) => !d.dirty && !open.some((prefix) => d.key.startsWith(prefix)));
    const drafts = Object.fromEntries(Object.entries(this.state.drafts).filter(([, d]) => !over.includes(d)));
    const used = new Set([
      ...Object.values(drafts).flatMap((d) => d.photos || []),
      ...this.state.jobs.flatMap((j) => [...(j.photos || []), ...(j.lines || []).flatMap((l) => l.photos)]),
    ]);
    if (over.length) this.change({ drafts });
    for (const draft of over) await this.write(() => remove("drafts", draft.key));
    for (const key of Object.keys(this.state.photos)) if (!used.has(key) && !this.adding) await this.write(() => remove("photos", key));
  }

  /** The page as last read, for a start without the server. */
  keepPage(page) {
    return put("pages", { key: this.prefix, page }).catch(() => {});
  }

  keptPage() {
    return get("pages", this.prefix).then((row) => row?.page).catch(() => undefined);
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

  write(work) {
    this.writing = this.writing.then(work).catch((fault) => {
      console.error(fault);
      this.change({ problems: { ...this.state.problems, "": [{ text: this.texts.storage_failed, where: "" }] } });
    });
    return this.writing;
  }

  /** Keep photographs and answer their keys. */
  async addPhotos(files) {
    this.adding = true; // nothing refers to them until the caller put them into a draft
    const rows = [];
    for (const file of files) {
      const blob = await smaller(file);
      const name = blob === file ? file.name : file.name.replace(/\.[^.]*$/, "") + ".jpg";
      const digest = await digestOf(blob);
      rows.push({ key: `${this.prefix}${newKey()}`, blob, name: name || "photo.jpg", digest, at: new Date().toISOString() });
    }
    const shown = Object.fromEntries(rows.map((row) => [row.key, this.shown(row)]));
    this.change({ photos: { ...this.state.photos, ...shown } });
    await this.write(async () => {
      for (const row of rows) await put("photos", row);
    });
    return rows.map((row) => row.key);
  }

  /** A photograph the server has, made part of a draft so that it stays when more are added. */
  adopt(photos) {
    return photos.map((photo) => {
      const key = `${this.prefix}${photo.digest}`;
      if (!this.state.photos[key]) {
        const row = { key, name: photo.name, url: photo.url, uploadId: photo.upload_id };
        this.change({ photos: { ...this.state.photos, [key]: row } });
        this.write(() => put("photos", row));
      }
      return key;
    });
  }

  dropPhoto(key) {
    const photos = { ...this.state.photos };
    delete photos[key];
    this.change({ photos });
    this.write(() => remove("photos", key));
  }

  /** Queue a command; `photos` are keys of kept photographs that become `args.photos`. */
  async queue(command, args, { photos = [], place = "" } = {}) {
    const job = { key: `${this.prefix}${newKey()}`, order: Date.now() + Math.random(), command, args, photos, place };
    this.change({ jobs: [...this.state.jobs, job] });
    await this.write(() => put("jobs", job));
    this.send();
    return job;
  }

  async dropJob(job) {
    const problems = { ...this.state.problems };
    delete problems[job.place];
    this.change({ jobs: this.state.jobs.filter((j) => j.key !== job.key), problems });
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
    this.change({ jobs: this.state.jobs.map((job) => ({ ...job, refused: false })), problems: {} });
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
      for (const job of this.state.jobs.slice()) {
        if (job.refused) continue;
        if (await this.sendJob(job)) sent += 1;
      }
      this.change({ offline: false });
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
  }

  answers(assignmentId, drafts) {
    return {
      key: `${this.prefix}${newKey()}`,
      order: Date.now() + Math.random(),
      command: "AnswerChecklist",
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

  async uploaded(keys) {
    const ids = [];
    for (const key of keys) {
      const photo = this.state.photos[key] || (await get("photos", key));
      if (!photo) continue;
      if (!photo.uploadId) {
        const blob = photo.blob || (await (await fetch(photo.url, { credentials: "same-origin" })).blob());
        photo.uploadId = await upload(blob, photo.name, photo.digest);
        this.change({ photos: { ...this.state.photos, [key]: { ...photo } } });
        await this.write(() => put("photos", { ...photo, url: photo.blob ? undefined : photo.url }));
      }
      ids.push(photo.uploadId);
    }
    return ids;
  }

  async sendJob(job) {
    try {
      const args = { ...job.args };
      if (job.lines) {
        args.lines = [];
        for (const line of job.lines) args.lines.push({ ...line, photos: await this.uploaded(line.photos) });
      } else if (job.photos?.length) args.photos = await this.uploaded(job.photos);
      await runCommand(job.command, args, { key: job.key });
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
    await this.finished(job);
    return true;
  }

  refused(job, found) {
    const problems = { ...this.state.problems };
    for (const problem of found) {
      const place = job.lines?.some((l) => l.line === problem.where) ? `${job.place}${problem.where}` : job.place;
      problems[place] = [...(problems[place] || []).filter((p) => p.text !== problem.text), problem];
    }
    this.change({ problems, jobs: this.state.jobs.map((j) => (j.key === job.key ? { ...j, refused: true } : j)) });
  }

  async finished(job) {
    const drafts = { ...this.state.drafts };
    const changed = [];
    for (const { key, dirty } of job.sent || []) {
      if (drafts[key]) changed.push((drafts[key] = { ...drafts[key], dirty: drafts[key].dirty - dirty }));
    }
    this.change({ drafts });
    await this.write(async () => {
      for (const draft of changed) await put("drafts", draft);
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
