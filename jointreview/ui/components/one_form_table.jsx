// A repeating table: many rows with the keyboard, copies, undo, paste from a spreadsheet, totals; on a phone each row is a card.
import { memo, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { say } from "$/public/external/jointreview/ui/components/signature/signature_http.jsx";
import { Entry } from "./one_form_fields.jsx";
import { PasteDialog, rowsFromCells } from "./one_form_paste.jsx";
import { cellRequired, cellsOf, entryFault, fixedRow, fullRows, holds, isEmpty, rowFilled, serverNumbers, shown, visible, words } from "./one_form_logic.jsx";

const UNDO_MS = 10000;

/** Props: table, code (of the section), rows, values, onChange(rows), onLeave, lang, texts, disabled, problems, verdicts, drawn (by row key, what the drawings say). */
export function Table({ table, code, rows: entered, values, onChange, onLeave, lang, texts, disabled, problems, verdicts, drawn }) {
  const path = `${code}.${table.key}`;
  const rows = useMemo(() => fullRows(table, entered), [table, entered]);
  const numbers = useMemo(() => serverNumbers(table, rows), [table, rows]);
  const now = useRef({});
  now.current = { rows, onChange, onLeave };
  const box = useRef(null);
  const [undo, setUndo] = useState(null);
  const [pasting, setPasting] = useState(false);
  const [pasted, setPasted] = useState("");
  const focus = useRef("");
  const mayAdd = !disabled && table.extra_rows !== false && rows.length < (table.max_rows || 200);
  const compares = (table.fixed_rows || []).some((row) => row.rule);
  const columns = useMemo(() => table.columns.filter((c) => !(table.row_key === c.key && table.extra_rows === false)), [table]);

  useEffect(() => {
    if (!undo) return undefined;
    const timer = setTimeout(() => setUndo(null), UNDO_MS);
    return () => clearTimeout(timer);
  }, [undo]);
  useEffect(() => {
    if (!focus.current) return;
    document.getElementById(focus.current)?.focus();
    focus.current = "";
  });

  const change = useCallback((n, key, value) => {
    const { rows: all, onChange: tell } = now.current;
    tell(all.map((row, at) => (at === n ? { ...row, [key]: value } : row)));
  }, []);
  const insert = (at, row) => {
    onChange([...rows.slice(0, at), row, ...rows.slice(at)]);
    focus.current = cellId(path, at, columns[0].key);
  };
  const leave = useCallback(() => now.current.onLeave(), []);
  const copy = useCallback((n) => {
    const { rows: all, onChange: tell } = now.current;
    tell([...all.slice(0, n + 1), { ...all[n] }, ...all.slice(n + 1)]);
    focus.current = cellId(path, n + 1, columns[0].key);
  }, [path]);
  const remove = useCallback((n) => {
    const { rows: all, onChange: tell } = now.current;
    setUndo({ row: all[n], at: n });
    tell(all.filter((_, at) => at !== n));
  }, []);

  const paste = useCallback((n, key, cells) => {
    const { rows: all, onChange: tell } = now.current;
    const result = rowsFromCells({ table, columns, rows: all, cells, n, key, extra: table.extra_rows !== false });
    tell(result.rows);
    setPasted(say(texts, "pasted", { rows: result.count, columns: result.columns }) + (result.skipped.length ? ` ${say(texts, "pasted_skipped", { names: result.skipped.join(say(texts, "list_joint")) })}` : ""));
  }, [table, texts]);

  const keys = (event) => {
    const step = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    const cell = event.target.closest("[data-cell]");
    if (!step || !cell || event.target.tagName === "SELECT" || event.target.type === "date" || event.nativeEvent.isComposing) return;
    const [n, key] = cell.dataset.cell.split(":");
    event.preventDefault();
    const all = [...box.current.querySelectorAll(`[data-cell$=":${key}"]`)];
    const next = all[all.indexOf(cell) + step];
    if (next) next.querySelector("input,select,textarea")?.focus();
    else if (step > 0 && event.key === "Enter" && mayAdd && rowFilled(table, rows[Number(n)])) {
      onChange([...rows, {}]);
      focus.current = cellId(path, rows.length, key);
    }
  };

  const shownRows = rows.map((row, n) => ({ row, n, fixed: fixedRow(table, row) })).filter(({ fixed }) => !fixed || holds(fixed.visible_when, values));
  const usedKeys = columns.filter((c) => !c.visible_when || shownRows.some(({ row }) => visible(c, values, row) || !isEmpty(row[c.key]))).map((c) => c.key).join(" ");
  const used = useMemo(() => columns.filter((c) => usedKeys.split(" ").includes(c.key)), [columns, usedKeys]);
  return (
    <div className="jf-table" id={path} tabIndex={-1}>
      <div className="jf-table-head">
        <h3>{words(table.label, lang)} <span className="jf-count">{say(texts, "rows", { rows: shownRows.length })}</span></h3>
        {mayAdd ? (
          <div className="jr-actions">
            <button type="button" className="jr-button" id={`${path}-paste`} data-testid={`${path}-paste`} onClick={() => setPasting(true)}>{say(texts, "paste")}</button>
            <button type="button" className="jr-button" id={`${path}-add`} data-testid={`${path}-add`} onClick={() => insert(rows.length, {})}>{say(texts, "add_row")}</button>
          </div>
        ) : null}
      </div>
      {table.help ? <p className="jf-help">{words(table.help, lang)}</p> : null}
      {problems.filter((p) => p.path === path).map((p, n) => <div key={n} className="jf-says" data-level={p.level} role={p.level === "error" ? "alert" : undefined}>{p.text}</div>)}
      <div role="status" className="jf-table-status">
        {undo ? (
          <span>
            {say(texts, "row_removed")}{" "}
            <button type="button" className="jf-link" id={`${path}-undo`} onClick={() => { onChange([...rows.slice(0, undo.at), undo.row, ...rows.slice(undo.at)]); setUndo(null); }}>{say(texts, "undo")}</button>
          </span>
        ) : pasted}
      </div>
      {shownRows.length ? (
        <div className="jf-scroll" ref={box} onKeyDown={keys}>
          <table data-compares={compares}>
            <thead>
              <tr>
                <th scope="col" className="jf-first">{compares || table.extra_rows === false ? words(table.columns[0].label, lang) : "#"}</th>
                {used.map((c) => <th key={c.key} scope="col" title={words(c.help, lang) || undefined}>{words(c.label, lang)}{c.unit ? <small> {words(c.unit, lang)}</small> : null}{c.required === "always" ? <b aria-label={say(texts, "needed")}>*</b> : null}</th>)}
                {compares ? <th scope="col">{say(texts, "verdict")}</th> : null}
                {table.extra_rows !== false ? <th scope="col"><span className="jr-visually-hidden">{say(texts, "row_actions")}</span></th> : null}
              </tr>
            </thead>
            <tbody>
              {shownRows.map(({ row, n, fixed }, shownAt) => (
                <Row
                  key={n}
                  {...{ row, n, fixed, table, path, columns: used, lang, texts, disabled, change, copy, remove, paste, compares, onLeave: leave, number: shownAt + 1 }}
                  whens={whensOf(used, fixed, values, row)}
                  says={saysOf(problems, path, numbers[n])}
                  verdict={verdictOf(verdicts, row[table.row_key])}
                  drawn={table.row_key && drawn?.[row[table.row_key]] ? JSON.stringify(drawn[row[table.row_key]]) : ""}
                />
              ))}
            </tbody>
            {table.totals?.length && rows.length > 0 ? (
              <tfoot>
                <tr>
                  <th scope="row" className="jf-first">{say(texts, "total")}</th>
                  {used.map((c) => <td key={c.key} data-label={words(c.label, lang)}>{table.totals.includes(c.key) ? <output id={`${path}-total-${c.key}`}>{shown(sum(rows, c.key), c.decimals ?? 2)}</output> : null}</td>)}
                  <td />
                </tr>
              </tfoot>
            ) : null}
          </table>
        </div>
      ) : (
        <p className="jf-none">{say(texts, "no_rows")}</p>
      )}
      {pasting ? <PasteDialog texts={texts} columns={columns} lang={lang} id={path} close={() => setPasting(false)} take={(text) => paste(rows.length, columns[0].key, cellsOf(text))} /> : null}
    </div>
  );
}

const cellId = (path, n, key) => `${path}[${n}].${key}`;
const sum = (rows, key) => Math.round(rows.reduce((total, row) => total + (typeof row[key] === "number" ? row[key] : 0), 0) * 1e6) / 1e6;

/** Which cells are asked and needed, as one string, so that an unchanged row is not drawn again. */
const whensOf = (columns, fixed, values, row) =>
  columns.map((c) => (visible(c, values, row) ? (cellRequired(c, fixed, values, row) ? "n" : "v") : "-")).join("");
const saysOf = (problems, path, number) => {
  if (number < 0) return "";
  const start = `${path}[${number}]`;
  const mine = problems.filter((p) => p.path === start || p.path.startsWith(`${start}.`));
  return mine.length ? JSON.stringify(mine.map((p) => [p.path.slice(start.length + 1), p.level, p.text])) : "";
};

/** As a text, so that an equal verdict of a later answer draws nothing again. */
const verdictOf = (verdicts, code) => {
  const found = verdicts?.find((v) => v.index === code);
  return found ? JSON.stringify(found) : "";
};

const Row = memo(function Row({ row, n, fixed, table, path, columns, lang, texts, disabled, change, copy, remove, paste, onLeave, compares, number, whens, says, verdict, drawn }) {
  const computed = drawn ? JSON.parse(drawn) : {};
  const found = says ? JSON.parse(says) : [];
  const name = String((fixed ? words(fixed, lang) : row.name || row.serial) || number);
  const about = (list) => list.map(([, level, text], at) => <div key={at} className="jf-says" data-level={level}>{text}</div>);
  const keyColumn = table.row_key;
  return (
    <tr data-fixed={Boolean(fixed)}>
      <th scope="row" className="jf-first">
        {fixed && table.extra_rows === false ? <>{name}{fixed.required ? <b aria-label={say(texts, "needed")}>*</b> : null}{fixed.unit ? <small> {words(fixed.unit, lang)}</small> : null}</> : <><span className="jf-number-of">{number}</span>{name !== String(number) ? <span className="jf-card-name">{name}</span> : null}</>}
        {about(found.filter(([key]) => !key))}
      </th>
      {columns.map((c, at) => {
        const id = cellId(path, n, c.key);
        // The verdict at the end of the row says already that all is well.
        const mine = found.filter(([key, level]) => key === c.key && !(compares && level === "ok"));
        const fault = entryFault(c, row[c.key]);
        if (fault) mine.unshift([c.key, "error", say(texts, fault, { text: row[c.key] })]);
        const label = `${name} ${words(c.label, lang)}`;
        const asked = whens[at] !== "-";
        return (
          <td key={c.key} data-label={words(c.label, lang)} data-cell={asked ? `${n}:${c.key}` : undefined} data-type={c.type} data-asked={asked} data-need={whens[at] === "n" && isEmpty(row[c.key])}>
            {asked ? (
              <Entry
                field={fixed?.decimals !== undefined && c.type === "number" ? { ...c, decimals: fixed.decimals } : c}
                id={id}
                value={row[c.key]}
                label={label}
                cell
                lang={lang}
                texts={texts}
                bad={mine.some(([, level]) => level === "error")}
                described={mine.length ? `${id}-says` : undefined}
                disabled={disabled || Boolean(fixed && c.key === keyColumn)}
                onChange={(value) => change(n, c.key, value)}
                onLeave={onLeave}
                extra={{ onPaste: (event) => pasteInto(event, (cells) => paste(n, c.key, cells)) }}
              />
            ) : null}
            {mine.length ? <div id={`${id}-says`}>{about(mine)}</div> : null}
            {asked && typeof computed[c.key] === "number" ? <Drawn id={id} value={row[c.key]} computed={computed[c.key]} {...{ texts, disabled }} take={() => { change(n, c.key, computed[c.key]); onLeave(); }} /> : null}
          </td>
        );
      })}
      {compares ? <td data-label={say(texts, "verdict")}><Verdict verdict={verdict ? JSON.parse(verdict) : null} unit={words(fixed?.unit, lang)} texts={texts} /></td> : null}
      {table.extra_rows !== false ? (
        <td className="jf-row-actions">
          {disabled || fixed ? null : (
            <>
              <button type="button" className="jf-small" id={`${path}-copy-${n}`} title={say(texts, "copy_row")} aria-label={say(texts, "copy_row_of", { row: name })} onClick={() => copy(n)}>{say(texts, "copy_row")}</button>
              <button type="button" className="jf-small" id={`${path}-remove-${n}`} title={say(texts, "remove_row")} aria-label={say(texts, "remove_row_of", { row: name })} onClick={() => remove(n)}>{say(texts, "remove_row")}</button>
            </>
          )}
        </td>
      ) : null}
    </tr>
  );
});

function pasteInto(event, take) {
  const text = event.clipboardData?.getData("text/plain") || "";
  if (!/[\t\n]/.test(text.replace(/\s+$/, ""))) return;
  event.preventDefault();
  take(cellsOf(text));
}

/** What the drawings say about a cell: the same as it, or another value that can be taken over. */
function Drawn({ id, value, computed, take, disabled, texts }) {
  if (value === computed) return <div className="jf-says" data-level="ok" data-testid={`${id}-drawn`}>{say(texts, "drawn_same")}</div>;
  return (
    <div className="jf-says" data-testid={`${id}-drawn`}>
      {say(texts, "drawn_value", { value: shown(computed, 4) })} {disabled ? null : <button type="button" className="jf-link" onClick={take}>{say(texts, "drawn_take")}</button>}
    </div>
  );
}

const LIMITS = { at_most: "verdict_at_most", at_least: "verdict_at_least" };

function Verdict({ verdict, unit, texts }) {
  if (!verdict) return null;
  const { result, diff, tolerance, rule } = verdict;
  const limit = LIMITS[rule] && tolerance === 0 ? `${LIMITS[rule]}_exact` : LIMITS[rule] || "verdict_of";
  const signed = `${diff > 0 ? "+" : ""}${shown(diff, 4)}${unit ? ` ${unit}` : ""}`;
  return (
    <span className="jf-verdict" data-result={result}>
      <strong>{say(texts, `verdict_${result}`)}</strong> <span>{say(texts, result === "recorded" ? "verdict_diff" : limit, { diff: signed, tolerance: shown(tolerance, 4) })}</span>
    </span>
  );
}
