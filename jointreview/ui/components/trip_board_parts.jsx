// Small parts of the trip board: a dialog, a list of problems, and the message after an act.
import { useEffect, useRef } from "react";

/** A modal dialog; Escape and the cross close it. */
export function Dialog({ title, say, onClose, children, id, wide }) {
  const box = useRef(null);
  useEffect(() => {
    const dialog = box.current, before = document.activeElement;
    if (!dialog.open) dialog.showModal();
    return () => { if (dialog.open) dialog.close(); before?.focus?.(); };
  }, []);
  return (
    <dialog ref={box} className="jr-tb-dialog" data-wide={wide ? "true" : undefined} id={id} data-testid={id} aria-labelledby={`${id}-title`} onCancel={(e) => { e.preventDefault(); onClose(); }}>
      <div className="jr-tb-dialog-head">
        <h2 id={`${id}-title`}>{title}</h2>
        <button type="button" className="jr-plain-button jr-icon-button" aria-label={say("leave")} title={say("leave")} onClick={onClose}>✕</button>
      </div>
      {children}
    </dialog>
  );
}

/** What the server refused, each problem in words. */
export function Problems({ problems, title }) {
  if (!problems?.length) return null;
  return (
    <div className="jr-faults" role="alert">
      {title ? <strong>{title}</strong> : null}
      <ul>{problems.map((p, i) => <li key={i}>{p.href ? <a href={p.href}>{p.text}</a> : p.text}</li>)}</ul>
    </div>
  );
}

export function Field({ id, label, hint, children }) {
  return (
    <div className="jr-entry">
      <label htmlFor={id}>{label}</label>
      {children}
      {hint ? <span className="jr-soft">{hint}</span> : null}
    </div>
  );
}

/** Where something can go: `trip:12`, or `slot:2026-05-20 am:3` for a free half-day of a car. */
export function targetsOf(board, words, besides) {
  const cars = board.cars.filter((car) => car.active);
  const trips = board.trips.filter((trip) => trip.acts.includes("change") && trip.id !== besides);
  const taken = new Set(board.trips.map((trip) => `${trip.slot}|${trip.car_id}`));
  const free = board.rows.filter((row) => !row.past).flatMap((row) =>
    cars.filter((car) => !taken.has(`${row.slot}|${car.id}`) && !(row.slot in car.blocked)).map((car) => ({ value: `slot:${row.slot}:${car.id}`, slot: row.slot, name: `${row.day_words} ${row.half_words} · ${car.plate}` })));
  return {
    trips: trips.map((trip) => ({ value: `trip:${trip.id}`, slot: trip.slot, name: `${trip.when} · ${trip.car} · ${words("stops_n", { n: trip.stops.length })}` })),
    free,
  };
}

/** What a value of `targetsOf` means. */
export function readTarget(value, board) {
  const [kind, first, second] = splitTarget(value);
  if (kind === "trip") return { trip: board.trips.find((trip) => trip.id === Number(first)) };
  const [day, half] = first.split(" ");
  return { day, half, car_id: Number(second) };
}
function splitTarget(value) {
  const kind = value.slice(0, value.indexOf(":")), rest = value.slice(kind.length + 1), at = rest.lastIndexOf(":");
  return kind === "trip" ? [kind, rest, ""] : [kind, rest.slice(0, at), rest.slice(at + 1)];
}

/** How a half-day suits cases: `yes`, `nobody` (a department has nobody free) or `ask` (not offered, or after the due day). */
export function suits(slot, cases) {
  if (!cases.length || cases.some((one) => !one)) return "";
  if (cases.every((one) => one.fits.includes(slot))) return "yes";
  return cases.every((one) => one.wanted.includes(slot)) ? "nobody" : "ask";
}
