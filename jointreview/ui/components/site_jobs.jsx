// What waits to be sent, in words: for the receipt, for a note with the case, and for a file of one's own.
import { say } from "./signature_http.jsx";

/** What a job says, one line for each thing in it. */
export function described(job, page, texts) {
  const { args } = job;
  const item = page?.assignments?.find((a) => a.id === args.assignment_id);
  const head = { SignIn: "did_sign_in", AnswerChecklist: "checklist", RaiseFinding: "did_raise", VerifyFinding: "did_verify", GiveOpinion: "opinion", KeepSiteNote: "did_note" }[job.command];
  const lines = [[head ? say(texts, head) : job.command, item?.name].filter(Boolean).join(" · ")];
  for (const line of job.lines || []) {
    const asked = item?.lines.find((l) => l.code === line.line);
    lines.push([asked?.text || line.line, say(texts, line.result), [line.value, asked?.unit].filter(Boolean).join(" "), line.note].filter(Boolean).join(" — "));
  }
  if (job.command === "VerifyFinding") lines.push(say(texts, args.verified ? "verified" : "not_verified"));
  if (args.result) lines.push(say(texts, `result_${args.result}`));
  for (const name of ["text", "rule", "criterion", "place", "condition", "note", "code"]) if (args[name]) lines.push(args[name]);
  return lines;
}

/** The photographs of a job, by their keys. */
export function photosOf(job) {
  return [...(job.photos || []), ...(job.lines || []).flatMap((line) => line.photos)];
}

/** When something was done, as people in Qidong read it. */
export function moment(iso) {
  return new Date(iso).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** Save a job with its photographs as one page that opens anywhere. */
export async function exported(job, page, texts, photos) {
  const pictures = await Promise.all(photos.filter((p) => p?.blob).map((p) => dataUrl(p.blob)));
  const safe = (text) => text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);
  const signature = job.args.signature?.image;
  const html = [
    `<!doctype html><meta charset="utf-8"><title>${safe(page?.number || "")}</title>`,
    `<h1>${safe(page?.project || "")}</h1><p>${safe(page?.number || "")} · ${safe(moment(job.at))}</p>`,
    ...described(job, page, texts).map((line) => `<p>${safe(line)}</p>`),
    ...[signature, ...pictures].filter(Boolean).map((url) => `<img src="${url}" style="max-width:480px;display:block;margin:8px 0">`),
  ].join("\n");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([html], { type: "text/html" }));
  link.download = `${page?.number || "onsite"}-${job.at.slice(0, 16).replace(/[:T]/g, "-")}.html`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function dataUrl(blob) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(blob);
  });
}
