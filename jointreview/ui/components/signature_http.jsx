// Talking to the server from browser components: commands, uploads, and refusals as lists of problems.

/** A key under which the server runs a command once, however often it arrives. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

/** The text of a name with its {placeholders} filled. */
export function say(texts, name, params = {}) {
  const text = texts?.[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (whole, key) => (key in params ? String(params[key]) : whole));
}

/** A refusal of the server: its problems in the reader's language, each with its place. */
export class ServerRefusal extends Error {
  constructor(status, body) {
    super(body?.problems?.[0]?.text || `HTTP ${status}`);
    this.status = status;
    this.kind = body?.kind || "";
    this.problems = body?.problems || [];
    this.body = body || {};
  }
}

/** The request never got an answer: off line, or the server is away. */
export class NoAnswer extends Error {}

/** JSON to the server and back. Throws ServerRefusal for a refusal and NoAnswer without an answer. */
export async function request(method, url, body) {
  let answer;
  try {
    answer = await fetch(url, {
      method,
      credentials: "same-origin",
      headers: body === undefined ? { accept: "application/json" } : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new NoAnswer(url);
  }
  const text = await answer.text();
  let data = null;
  try {
    data = text ? JSON.parse(text) : null;
  } catch {
    data = null;
  }
  if (answer.status >= 502 && answer.status <= 504) throw new NoAnswer(url);
  if (!answer.ok) throw new ServerRefusal(answer.status, data);
  return data;
}

/** Run a command. The answer is whatever the server says about it; `captured` tells when it was done off line. */
export function runCommand(name, args, { key, version, captured } = {}) {
  const body = { args, idempotency_key: key || newKey() };
  if (version !== undefined && version !== null) body.expected_version = version;
  if (captured) body.captured = captured;
  return request("POST", `/api/commands/${name}`, body);
}

/** What a person reads about a failure: a list of {text, where}. */
export function problemsOf(failure, texts) {
  if (failure instanceof NoAnswer) return [{ text: say(texts, "no_answer"), where: "" }];
  if (failure instanceof ServerRefusal) {
    if (failure.status === 401) return [{ text: say(texts, "signed_out"), where: "", href: "/signin" }];
    if (failure.problems.length) return failure.problems;
    return [{ text: say(texts, "failed", { status: failure.status }), where: "" }];
  }
  return [{ text: say(texts, "failed", { status: failure?.message || "?" }), where: "" }];
}
