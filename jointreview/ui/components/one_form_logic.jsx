// Rules of the one form in the browser: conditions, visibility, completeness, numbers and dates. The same data as the server's.

/** The words in the reader's language. */
export const words = (text, lang) => (text && typeof text === "object" ? (lang === "en" ? text.en : text.zh) || "" : text || "");

export const isEmpty = (value) => value === undefined || value === null || value === "" || (Array.isArray(value) && !value.length);

/** A text of the form in the words of the case's kind: `<name>_review` in a review, where there is one. */
export function kindly(texts, about, name, params = {}) {
  const special = `${name}_${about?.kind}`;
  const text = texts?.[special] ?? texts?.[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (whole, key) => (key in params ? String(params[key]) : whole));
}

/** The answer at a dotted path. */
export function lookUp(values, path) {
  let found = values;
  for (const name of path.split(".")) {
    if (found === null || typeof found !== "object" || Array.isArray(found)) return undefined;
    found = found[name];
  }
  return found;
}

const comparable = (a, b) => (typeof a === "number" && typeof b === "number") || (typeof a === "string" && typeof b === "string");
const OPERATORS = {
  eq: (a, v) => a === v,
  ne: (a, v) => a !== v,
  gt: (a, v) => comparable(a, v) && a > v,
  ge: (a, v) => comparable(a, v) && a >= v,
  lt: (a, v) => comparable(a, v) && a < v,
  le: (a, v) => comparable(a, v) && a <= v,
  in: (a, v) => v.includes(a),
  not_in: (a, v) => !v.includes(a),
  truthy: (a, v) => truthy(a) === v,
  contains: (a, v) => Array.isArray(a) && a.includes(v),
};
const truthy = (a) => (Array.isArray(a) ? a.length > 0 : Boolean(a));

/** Whether the answers satisfy a condition; an answer not given satisfies none but `truthy: false`. */
export function holds(condition, values) {
  if (!condition) return true;
  if (condition === "always") return true;
  if (condition.all) return condition.all.every((part) => holds(part, values));
  if (condition.any) return condition.any.some((part) => holds(part, values));
  if (condition.not) return !holds(condition.not, values);
  if (condition.any_row) {
    const rows = lookUp(values, condition.any_row) || [];
    return rows.some((row) => holds(condition.where, { ...values, row }));
  }
  const [operator] = Object.keys(condition).filter((key) => key !== "field");
  const answer = lookUp(values, condition.field);
  if (answer === undefined || answer === null || answer === "") return operator === "truthy" && condition.truthy === false;
  return OPERATORS[operator](answer, condition[operator]);
}

/** The paths of the answers a condition looks at; a row's answer is `<table>.<column>`. */
export function pathsOf(condition, table = "") {
  if (!condition || typeof condition !== "object") return [];
  const parts = condition.all || condition.any;
  if (parts) return parts.flatMap((part) => pathsOf(part, table));
  if (condition.not) return pathsOf(condition.not, table);
  if (condition.any_row) return [condition.any_row, ...pathsOf(condition.where, condition.any_row)];
  return [table && condition.field.startsWith("row.") ? `${table}.${condition.field.slice(4)}` : condition.field];
}

export const visible = (part, values, row) => holds(part.visible_when, row ? { ...values, row } : values);
export const required = (field, values, row) =>
  field.required === "always" || (field.required_when ? holds(field.required_when, row ? { ...values, row } : values) : false);

/** The entered number, or undefined when it is none. */
export function toNumber(text) {
  if (typeof text === "number") return text;
  const plain = String(text).trim().replace(/[\s,，]/g, "").replace(/[０-９]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
  return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : undefined;
}

/** A date as people write it, as 2026-05-19; undefined when it is none. */
export function toDate(text) {
  const found = String(text).trim().match(/^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/) || String(text).trim().match(/^(\d{4})(\d{2})(\d{2})$/);
  if (!found) return undefined;
  const [, y, m, d] = found.map(Number);
  const day = new Date(Date.UTC(y, m - 1, d));
  return day.getUTCMonth() === m - 1 && day.getUTCDate() === d ? day.toISOString().slice(0, 10) : undefined;
}

const loose = (text) => String(text ?? "").toLowerCase().replace(/[\s（）()：:、/／_\-*]/g, "");

/** What a pasted or typed text means for a field; undefined when it means nothing. */
export function fromText(field, text) {
  const plain = String(text).trim();
  if (!plain) return null;
  switch (field.type) {
    case "number":
      return toNumber(plain) ?? plain;
    case "integer":
      return toNumber(plain) ?? plain;
    case "date":
      return toDate(plain) ?? plain;
    case "choice":
      return field.options.find((o) => [o.code, o.zh, o.en].some((name) => loose(name) === loose(plain)))?.code;
    case "bool":
      return { 是: true, 有: true, yes: true, true: true, 1: true, "√": true, 否: false, 无: false, no: false, false: false, 0: false }[plain.toLowerCase()];
    case "multi_choice":
      return plain.split(/[、,，;；]/).map((one) => field.options.find((o) => loose(o.zh) === loose(one) || loose(o.en) === loose(one))?.code).filter(Boolean);
    default:
      return plain;
  }
}

/** The column a pasted heading means, by label in either language, unit ignored. */
export function columnFor(columns, heading) {
  const wanted = loose(heading);
  if (!wanted) return undefined;
  const bare = loose(String(heading).replace(/[（(【[].*$/, ""));
  const names = (c) => [loose(c.label.zh), loose(c.label.en), loose(words(c.label, "zh").replace(/[（(].*?[）)]/g, "")), c.key];
  return (
    columns.find((c) => names(c).includes(wanted)) ||
    columns.find((c) => names(c).includes(bare)) ||
    columns.find((c) => bare.length > 1 && names(c).some((name) => name.startsWith(bare) || (name.length > 1 && bare.startsWith(name))))
  );
}

/** Cells of text copied from a spreadsheet; quoted cells may hold line ends. */
export function cellsOf(text) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  const source = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  for (let i = 0; i < source.length; i += 1) {
    const c = source[i];
    if (quoted) {
      if (c === '"' && source[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else if (c === '"') quoted = false;
      else cell += c;
    } else if (c === '"' && cell === "") quoted = true;
    else if (c === "\t" || c === "\n") {
      rows[rows.length - 1].push(cell);
      cell = "";
      if (c === "\n") rows.push([]);
    } else cell += c;
  }
  rows[rows.length - 1].push(cell);
  return rows.filter((row) => row.some((one) => one.trim()));
}

/** What cannot be sent as it stands, as a text key; undefined when the entry is sound. */
export function entryFault(field, value) {
  if (isEmpty(value)) return undefined;
  if ((field.type === "number" || field.type === "integer") && typeof value !== "number") return "not_a_number";
  if (field.type === "integer" && !Number.isInteger(value)) return "not_whole";
  if (field.type === "date" && !/^\d{4}-\d{2}-\d{2}$/.test(value)) return "not_a_date";
  return undefined;
}

/** Numbers with thousands separators, as many decimals as entered (at most `decimals`). */
export function shown(value, decimals = 6) {
  return typeof value === "number" ? value.toLocaleString("en-US", { maximumFractionDigits: decimals ?? 6 }) : String(value ?? "");
}

/** A number as its field shows it: a whole number without a unit is a year or a count and stays as it is. */
export function figure(field, value, decimals) {
  return field.type === "integer" && !field.unit ? String(value ?? "") : shown(value, decimals);
}

/** The text of an answer for reading. */
export function answerText(field, value, lang, yesNo = ["是", "否"]) {
  if (isEmpty(value)) return "";
  if (field.type === "choice") return words(field.options.find((o) => o.code === value), lang) || String(value);
  if (field.type === "multi_choice") return value.map((code) => words(field.options.find((o) => o.code === code), lang) || code).join(lang === "en" ? ", " : "、");
  if (field.type === "bool") return value ? yesNo[0] : yesNo[1];
  if (typeof value === "number") return `${figure(field, value, field.decimals)}${field.unit ? ` ${words(field.unit, lang)}` : ""}`;
  return String(value);
}

/** Rows of a table as the server numbers them: every fixed row first and in order, then the others. */
export function fullRows(table, entered) {
  const rows = entered || [];
  if (!table.row_key) return rows;
  const rest = [...rows];
  const fixed = (table.fixed_rows || []).map((row) => {
    const at = rest.findIndex((r) => r[table.row_key] === row.code);
    return at >= 0 ? rest.splice(at, 1)[0] : { [table.row_key]: row.code };
  });
  return [...fixed, ...rest];
}

export const fixedRow = (table, row) => (table.row_key ? (table.fixed_rows || []).find((f) => f.code === row[table.row_key]) : undefined);

/** Whether a row of a table holds anything beyond its key. */
export const rowFilled = (table, row) => Object.entries(row).some(([key, value]) => key !== table.row_key && !isEmpty(value));

const isKept = (table, row) => rowFilled(table, row) || Boolean(table.row_key && row[table.row_key]);

/** The number the server gives to each row of `fullRows`; rows left out because they are empty have none. */
export function serverNumbers(table, rows) {
  let n = 0;
  return rows.map((row) => (isKept(table, row) ? n++ : -1));
}

/** Whether a cell needs an answer; in a row that compares, permitted and measured are needed together. */
export function cellRequired(column, fixed, values, row) {
  if (fixed?.rule && (column.key === "permitted" || column.key === "measured")) {
    return Boolean(fixed.required) || !isEmpty(row[column.key === "permitted" ? "measured" : "permitted"]);
  }
  return required(column, values, row);
}

/** How much of a section is filled in: {done, total}, counting what is required now. */
export function completeness(section, values) {
  const mine = values[section.code] || {};
  const count = { done: 0, total: 0 };
  const add = (needed, value) => {
    if (!needed) return;
    count.total += 1;
    if (!isEmpty(value)) count.done += 1;
  };
  for (const field of section.fields || []) if (!field.computed && visible(field, values)) add(required(field, values), mine[field.key]);
  for (const table of section.tables || []) if (holds(table.visible_when, values)) countTable(table, mine[table.key], values, add);
  return count;
}

function countTable(table, entered, values, add) {
  const rows = fullRows(table, entered);
  let filled = 0;
  for (const row of rows) {
    const fixed = fixedRow(table, row);
    if (fixed && !holds(fixed.visible_when, values)) continue;
    if (fixed && !fixed.required && !rowFilled(table, row)) continue;
    if (!fixed && !isKept(table, row)) continue;
    filled += 1;
    for (const column of table.columns) {
      if (column.key !== table.row_key && !column.computed && visible(column, values, row)) add(cellRequired(column, fixed, values, row), row[column.key]);
    }
  }
  for (let n = filled; n < (table.min_rows || 0); n += 1) add(true, null);
}

const withoutEmpty = (section, mine, keep) => {
  const left = {};
  for (const field of section.fields || []) if (keep(field, mine[field.key])) left[field.key] = mine[field.key];
  for (const table of section.tables || []) {
    const rows = fullRows(table, mine[table.key])
      .map((row) => Object.fromEntries(table.columns.filter((c) => keep(c, row[c.key])).map((c) => [c.key, row[c.key]])))
      .filter((row) => isKept(table, row));
    if (rows.some((row) => rowFilled(table, row) || !fixedRow(table, row))) left[table.key] = rows;
  }
  return left;
};

/** The answers as they can be sent: nothing empty, nothing that is plainly no number or date. */
export const sendable = (section, mine) => withoutEmpty(section, mine || {}, (field, value) => !isEmpty(value) && !entryFault(field, value) && !field.computed);

/** The answers as entered, also those that cannot be sent, without empty ones. */
export const tidy = (section, mine) => withoutEmpty(section, mine || {}, (field, value) => !isEmpty(value) && !field.computed);

export const same = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
const sorted = (value) =>
  Array.isArray(value)
    ? value.map(sorted)
    : value && typeof value === "object"
      ? Object.fromEntries(Object.keys(value).filter((k) => !isEmpty(value[k])).sort().map((k) => [k, sorted(value[k])]))
      : (value ?? null);

/** Where two versions of a section differ, field by field: [{key, mine, theirs, base}]; a table counts as one. */
export function differences(base, mine, theirs) {
  const keys = [...new Set([...Object.keys(mine || {}), ...Object.keys(theirs || {}), ...Object.keys(base || {})])];
  return keys
    .filter((key) => !same(mine?.[key], theirs?.[key]))
    .map((key) => ({
      key,
      mine: mine?.[key],
      theirs: theirs?.[key],
      onlyMine: same(base?.[key], theirs?.[key]),
      onlyTheirs: same(base?.[key], mine?.[key]),
    }));
}
