// Rows copied from a spreadsheet: headings are matched to columns by their labels, otherwise cells fill from where the cursor is.
import { useEffect, useRef, useState } from "react";
import { say } from "$/public/external/jointreview/ui/components/signature/signature_http.jsx";
import { columnFor, fromText, rowFilled, words } from "./one_form_logic.jsx";

/** Answers {rows, count, columns, skipped}: the rows after pasting, how many, which headings meant nothing. */
export function rowsFromCells({ table, columns, rows, cells, n, key, extra }) {
  // The names of given rows are no cells to fill, but a heading and its names say which row a line means.
  const heads = cells[0].map((text) => columnFor(table.columns, text));
  const headed = heads.filter(Boolean).length >= Math.max(1, Math.ceil(cells[0].filter((t) => t.trim()).length / 2)) && cells.length > 1;
  const start = columns.findIndex((c) => c.key === key);
  const targets = headed ? heads : cells[0].map((_, at) => columns[start + at]);
  const skipped = headed ? cells[0].filter((text, at) => text.trim() && !heads[at]) : [];
  const named = headed && extra === false && targets.some((c) => c && c.key === table.row_key);
  const body = headed ? cells.slice(1) : cells;
  const result = rows.map((row) => ({ ...row }));
  // With headings a table that has only empty rows is filled from its first row.
  let at = headed && !table.row_key && !rows.some((row) => rowFilled(table, row)) ? 0 : n;
  let count = 0;
  for (const line of body) {
    const found = {};
    line.forEach((text, c) => {
      const column = targets[c];
      const value = column ? fromText(column, text) : undefined;
      if (column && value !== undefined && value !== null) found[column.key] = value;
    });
    if (!Object.keys(found).length) continue;
    const known = table.row_key && found[table.row_key] ? result.findIndex((row) => row[table.row_key] === found[table.row_key] && (headed || extra === false)) : -1;
    const isFixed = known >= 0 && (table.fixed_rows || []).some((f) => f.code === found[table.row_key]);
    if (isFixed) result[known] = { ...result[known], ...found };
    else if (named) continue;
    else if (at < result.length) {
      result[at] = { ...result[at], ...found };
      at += 1;
    } else if (extra && result.length < (table.max_rows || 200)) {
      result.push(found);
      at = result.length;
    } else break;
    count += 1;
  }
  return { rows: result, count, columns: targets.filter(Boolean).length, skipped };
}

/** For phones and for those who do not know that pasting into a cell works. */
export function PasteDialog({ texts, columns, lang, id, close, take }) {
  const box = useRef(null);
  const [text, setText] = useState("");
  useEffect(() => {
    const dialog = box.current;
    if (!dialog.open) dialog.showModal();
    return () => dialog.open && dialog.close();
  }, []);
  return (
    <dialog ref={box} className="jf-dialog" aria-labelledby={`${id}-paste-title`} onCancel={(event) => { event.preventDefault(); close(); }}>
      <h2 id={`${id}-paste-title`}>{say(texts, "paste")}</h2>
      <p className="jf-help">{say(texts, "paste_how", { names: columns.map((c) => words(c.label, lang)).join(say(texts, "list_joint")) })}</p>
      <textarea
        className="jf-input"
        id={`${id}-paste-text`}
        data-testid={`${id}-paste-text`}
        rows={8}
        aria-label={say(texts, "paste")}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.stopPropagation()}
      />
      <div className="jr-sign-actions">
        <button type="button" className="jr-button" onClick={close}>{say(texts, "cancel")}</button>
        <button type="button" className="jf-primary" id={`${id}-paste-take`} data-testid={`${id}-paste-take`} disabled={!text.trim()} onClick={() => { take(text); close(); }}>{say(texts, "paste_take")}</button>
      </div>
    </dialog>
  );
}
