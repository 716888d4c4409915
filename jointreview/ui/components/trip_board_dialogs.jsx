// What is asked before an act on the board: confirming, the reason, where to, a new trip, and a failed one.
import { useState } from "react";
import { Dialog, Field, Problems, suits, targetsOf } from "./trip_board_parts.jsx";

const CAUSES = ["weather", "car", "department", "other"];
const mark = (fit, say) => (fit === "yes" ? " ✓" : fit ? ` （${say(`fit_${fit}`)}）` : "");

/** Confirming books everything; what was settled by telephone is ticked and has its reason. */
export function ConfirmDialog({ trip, busy, problems, say, onSend, onClose }) {
  const hard = trip.problems.filter((p) => !p.agreed), kinds = [...new Set(trip.problems.filter((p) => p.agreed).map((p) => p.key))];
  const [agreed, setAgreed] = useState(new Set()), [why, setWhy] = useState(""), [lead, setLead] = useState(0);
  const ready = !hard.length && kinds.every((key) => agreed.has(key)) && (!kinds.length || why.trim().length > 1);
  const toggle = (key, on) => setAgreed((old) => { const next = new Set(old); if (on) next.add(key); else next.delete(key); return next; });
  return (
    <Dialog say={say} id="trip-confirm-dialog" title={say("confirm_title")} onClose={onClose}>
      <p>{trip.when} · {trip.car} · {say("stops_n", { n: trip.stops.length })} · {say("people_n", { n: trip.taken })}</p>
      <p className="jr-soft">{say("confirm_what")}</p>
      <Problems problems={problems} title={say("refused")} />
      {hard.length ? <Problems problems={hard} title={say("against")} /> : null}
      {kinds.map((key) => (
        <div key={key} className="jr-tb-agree">
          <label><input type="checkbox" checked={agreed.has(key)} onChange={(e) => toggle(key, e.target.checked)} data-testid={`agree-${key}`} /> <span>{say("agreed")}</span></label>
          <ul>{trip.problems.filter((p) => p.key === key).map((p, i) => <li key={i}>{p.text}</li>)}</ul>
        </div>
      ))}
      {kinds.length ? <Field id="confirm-why" label={say("agreed_why")}><textarea id="confirm-why" rows={2} maxLength={300} value={why} onChange={(e) => setWhy(e.target.value)} /></Field> : null}
      {!hard.length ? (
        <Field id="confirm-lead" label={say("leader")}>
          <select id="confirm-lead" value={lead} onChange={(e) => setLead(Number(e.target.value))}>
            <option value={0}>{say("lead_first")}</option>
            {trip.crew.map((seat) => <option key={seat.unit} value={seat.officer_id}>{seat.officer} · {seat.unit_name}</option>)}
          </select>
        </Field>
      ) : null}
      <div className="jr-dialog-actions">
        <button type="button" className="jr-button" onClick={onClose}>{say("leave")}</button>
        <button type="button" className="jr-button jr-primary" disabled={!ready || busy} onClick={() => onSend({ agreed: [...agreed], why: why.trim(), lead_id: lead })} data-testid="confirm-send">{say(busy ? "sending" : "confirm")}</button>
      </div>
    </Dialog>
  );
}

/** The reason, and for a failed trip the cause. */
export function WhyDialog({ title, note, fail, grave, busy, problems, say, onSend, onClose }) {
  const [why, setWhy] = useState(""), [cause, setCause] = useState(CAUSES[0]);
  return (
    <Dialog say={say} id="trip-why-dialog" title={title} onClose={onClose}>
      {note ? <p className="jr-soft">{note}</p> : null}
      <Problems problems={problems} title={say("refused")} />
      {fail ? (
        <Field id="why-cause" label={say("cause")}>
          <select id="why-cause" value={cause} onChange={(e) => setCause(e.target.value)}>{CAUSES.map((one) => <option key={one} value={one}>{say(`cause_${one}`)}</option>)}</select>
        </Field>
      ) : null}
      <Field id="why-text" label={say("why")}><textarea id="why-text" rows={3} maxLength={300} value={why} onChange={(e) => setWhy(e.target.value)} /></Field>
      <div className="jr-dialog-actions">
        <button type="button" className="jr-button" onClick={onClose}>{say("leave")}</button>
        <button type="button" className={`jr-button ${grave ? "jr-tb-grave" : "jr-primary"}`} disabled={why.trim().length < (fail ? 4 : 2) || busy} onClick={() => onSend({ why: why.trim(), cause })} data-testid="why-send">{say(busy ? "sending" : "send")}</button>
      </div>
    </Dialog>
  );
}

/** Where cases, or a whole trip, go: another trip, or a free half-day of a car. The way for the keyboard and the phone. */
export function MoveDialog({ ask, board, busy, problems, say, onSend, onClose }) {
  const cases = (ask.ids || []).map((id) => board.waiting.find((one) => one.case_id === id)), whole = ask.kind === "move-trip";
  const { trips, free } = targetsOf(board, say, ask.from?.id || ask.trip?.id);
  const known = cases.every(Boolean) && cases.length > 0, first = known ? free.find((one) => suits(one.slot, cases) === "yes") : null;
  const [target, setTarget] = useState(first?.value || ""), [why, setWhy] = useState("");
  const chosen = target.startsWith("trip:") ? board.trips.find((trip) => trip.id === Number(target.slice(5))) : null;
  const wanted = ask.trip?.status === "confirmed" || ask.from?.status === "confirmed" || chosen?.status === "confirmed";
  const option = (one) => <option key={one.value} value={one.value}>{one.name}{known ? mark(suits(one.slot, cases), say) : ""}</option>;
  return (
    <Dialog say={say} id="trip-move-dialog" title={say(whole ? "move_trip" : "move_title", { n: cases.length })} onClose={onClose}>
      {cases.filter(Boolean).map((one) => <p key={one.case_id}>{one.project} <span className="jr-soft">{one.number}{one.due ? ` · ${say("due")} ${one.due}` : ""}</span></p>)}
      <Problems problems={problems} title={say("refused")} />
      <Field id="move-target" label={say("where_to")} hint={known ? say("fit_hint") : ""}>
        <select id="move-target" value={target} onChange={(e) => setTarget(e.target.value)}>
          <option value="">{say("choose")}</option>
          {!whole && trips.length ? <optgroup label={say("to_trip")}>{trips.map(option)}</optgroup> : null}
          {free.length ? <optgroup label={say("to_free")}>{free.map(option)}</optgroup> : null}
        </select>
      </Field>
      {wanted ? <Field id="move-why" label={say("why")} hint={say("why_confirmed")}><textarea id="move-why" rows={2} maxLength={300} value={why} onChange={(e) => setWhy(e.target.value)} /></Field> : null}
      <div className="jr-dialog-actions">
        <button type="button" className="jr-button" onClick={onClose}>{say("leave")}</button>
        <button type="button" className="jr-button jr-primary" disabled={!target || (wanted && why.trim().length < 2) || busy} onClick={() => onSend({ target, why: why.trim() })} data-testid="move-send">{say(busy ? "sending" : "move")}</button>
      </div>
    </Dialog>
  );
}

/** A new trip on a free half-day: its cases, those that suit first; or the car is not there. */
export function NewTripDialog({ ask, board, busy, problems, say, onSend, onBlock, onClose }) {
  const waiting = board.waiting.filter((one) => !one.trip), row = board.rows.find((one) => one.slot === ask.slot), car = board.cars.find((one) => one.id === ask.car_id);
  const order = { yes: 0, nobody: 1, ask: 2 }, sorted = [...waiting].sort((a, b) => order[suits(ask.slot, [a])] - order[suits(ask.slot, [b])]);
  const [ids, setIds] = useState(ask.ids || []), [note, setNote] = useState(""), [blocking, setBlocking] = useState(false);
  const toggle = (id) => setIds((old) => (old.includes(id) ? old.filter((one) => one !== id) : [...old, id]));
  return (
    <Dialog say={say} id="trip-new-dialog" title={say("new_title")} onClose={onClose} wide>
      <p>{row?.day_words} {row?.half_words} · {car?.plate} · {say("seats_n", { n: car?.seats })}</p>
      <Problems problems={problems} title={say("refused")} />
      {sorted.length ? (
        <ul className="jr-tb-pick">
          {sorted.map((one) => (
            <li key={one.case_id}>
              <label>
                <input type="checkbox" checked={ids.includes(one.case_id)} disabled={!ids.includes(one.case_id) && ids.length >= board.max_stops} onChange={() => toggle(one.case_id)} data-testid={`new-${one.case_id}`} />
                <span><strong>{one.project}</strong> <span className="jr-soft">{one.number} · {one.units.join(say("list_joint"))}{one.due ? ` · ${say("due")} ${one.due}` : ""}</span></span>
                <span className="jr-chip" data-tone={{ yes: "good", nobody: "warn", ask: "neutral" }[suits(ask.slot, [one])]}>{say(`fit_${suits(ask.slot, [one])}`)}</span>
              </label>
            </li>
          ))}
        </ul>
      ) : <p className="jr-soft">{say("nothing_waits")}</p>}
      {blocking ? <Field id="block-note" label={say("block_note")}><input id="block-note" maxLength={100} value={note} onChange={(e) => setNote(e.target.value)} /></Field> : null}
      <div className="jr-dialog-actions">
        <button type="button" className="jr-button" onClick={() => (blocking ? onBlock(note.trim()) : setBlocking(true))} disabled={busy} data-testid="block-car">{say("block_car")}</button>
        <span className="jr-tb-gap" />
        <button type="button" className="jr-button" onClick={onClose}>{say("leave")}</button>
        <button type="button" className="jr-button jr-primary" disabled={!ids.length || busy} onClick={() => onSend(ids)} data-testid="new-send">{say(busy ? "sending" : "make_trip", { n: ids.length })}</button>
      </div>
    </Dialog>
  );
}
