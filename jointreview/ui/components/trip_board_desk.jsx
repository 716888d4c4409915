// One trip opened below its row: stops in order, who rides, what speaks against it, its way on the map, its acts.
import { useEffect, useState } from "react";
import { problemsOf, request } from "$/public/external/jointreview/ui/components/signature/signature_http.jsx";
import { Problems } from "./trip_board_parts.jsx";
import { TripMap } from "./trip_board_map.jsx";

const TONES = { draft: "neutral", confirmed: "good", held: "accent" };
const REPLIES = { accepted: "good", declined: "bad", silent: "neutral", waiting: "accent" };
export const Status = ({ trip }) => <span className="jr-chip" data-tone={TONES[trip.status]}>{trip.status_name}</span>;
export const Reply = ({ seat }) => (seat.reply ? <span className="jr-chip" data-tone={REPLIES[seat.reply]}>{seat.reply_name}</span> : null);

/**
 * Props: id, revision (what the board shows; until it is read here nothing can be done), stamp (another one reads again),
 * tiles, say, texts, drag, on (what the board does: see trip_board.jsx).
 */
export function TripDesk({ id, revision, stamp, tiles, say, texts, drag, on }) {
  const [trip, setTrip] = useState(null), [problems, setProblems] = useState([]);
  useEffect(() => {
    let alive = true;
    request("GET", `/api/trips/${id}/opened`)
      .then((found) => { if (alive) { setTrip(found); setProblems([]); } })
      .catch((failure) => { if (alive) { setProblems(problemsOf(failure, texts)); if (failure.status === 404) { setTrip(null); on.gone(id); } } });
    return () => { alive = false; };
  }, [id, stamp]);
  if (!trip) return <div className="jr-tb-desk" role="status">{problems.length ? <Problems problems={problems} /> : say("loading")}</div>;
  const can = (act) => trip.acts.includes(act), papers = trip.status !== "draft";
  return (
    <section className="jr-tb-desk" aria-labelledby={`trip-${id}-name`} data-testid="trip-desk" data-trip={id} data-status={trip.status} data-revision={trip.revision}>
      <div className="jr-tb-desk-head">
        <h3 id={`trip-${id}-name`} tabIndex={-1}>{trip.when} · {trip.car}</h3>
        <Status trip={trip} />
        {trip.number ? <span className="jr-soft">{trip.number}</span> : null}
        {trip.kept ? <span className="jr-chip">{say("kept")}</span> : null}
        <button type="button" className="jr-plain-button jr-icon-button" onClick={on.close} aria-label={say("close")} title={say("close")} data-testid="desk-close">✕</button>
      </div>
      <Problems problems={problems} />
      <Against trip={trip} say={say} />
      <div className="jr-tb-desk-body">
        <fieldset disabled={trip.revision !== revision}>
          <p className="jr-tb-sums" data-testid="desk-sums">{say("sums", { departs: trip.departs, back: trip.back, km: trip.km, drive: trip.drive, taken: trip.taken, seats: trip.seats })}</p>
          <ol className="jr-tb-stops">
            {trip.stops.map((stop, at) => (
              <li key={stop.case_id} data-testid="desk-stop" data-case={stop.case_id} draggable={can("change")} onDragStart={(e) => drag.stop(e, trip, stop)} onDragEnd={drag.end}
                onDragOver={(e) => drag.over(e, can("change"))} onDrop={(e) => drag.onStop(e, trip, at + 1)}>
                <span className="jr-tb-number" aria-hidden="true">{at + 1}</span>
                <span className="jr-tb-stop-text">
                  <a href={stop.href} className="jr-link">{stop.project}</a>
                  <span className="jr-soft">{stop.number} · {stop.arrive}–{stop.leave}{stop.done ? ` · ${say("stop_done")}` : stop.known ? ` · ${say("stop_known")}` : ""}</span>
                </span>
                {can("change") ? (
                  <span className="jr-tb-stop-acts">
                    <button type="button" className="jr-button jr-tb-small" disabled={!at} onClick={() => on.place(trip, stop.case_id, at)} aria-label={`${say("up")} ${stop.project}`} title={say("up")}>↑</button>
                    <button type="button" className="jr-button jr-tb-small" disabled={at === trip.stops.length - 1} onClick={() => on.place(trip, stop.case_id, at + 2)} aria-label={`${say("down")} ${stop.project}`} title={say("down")}>↓</button>
                    <button type="button" className="jr-button jr-tb-small" onClick={() => on.ask({ kind: "move", ids: [stop.case_id], from: trip })} aria-label={`${say("move_to")} ${stop.project}`}>{say("move_to")}</button>
                    <button type="button" className="jr-button jr-tb-small" onClick={() => on.takeOff(trip, stop.case_id)} aria-label={`${say("take_off")} ${stop.project}`}>{say("take_off")}</button>
                  </span>
                ) : null}
              </li>
            ))}
          </ol>
          {!trip.stops.length ? <p className="jr-soft">{say("no_stops")}</p> : null}
          <h4>{say("crew")}</h4>
          <ul className="jr-tb-crew">
            {trip.crew.map((seat) => (
              <li key={seat.unit} data-testid="desk-seat" data-unit={seat.unit}>
                <span>{seat.unit_name}</span>
                {can("change") ? (
                  <select aria-label={say("officer_of", { unit: seat.unit_name })} value={seat.officer_id} onChange={(e) => on.send(trip, seat.unit, Number(e.target.value))} data-testid={`officer-${seat.unit}`}>
                    {(trip.choices[seat.unit] || []).map((one) => <option key={one.id} value={one.id} disabled={!one.free && one.id !== seat.officer_id}>{one.free ? one.name : say("not_free", { name: one.name })}</option>)}
                    {(trip.choices[seat.unit] || []).some((one) => one.id === seat.officer_id) ? null : <option value={seat.officer_id}>{seat.officer}</option>}
                  </select>
                ) : <strong>{seat.officer}</strong>}
                {seat.lead && papers ? <span className="jr-chip" data-tone="accent">{say("leads")}</span> : null}
                <Reply seat={seat} />
                {seat.reason ? <span className="jr-soft">{seat.reason}</span> : null}
              </li>
            ))}
          </ul>
        </fieldset>
        <TripMap trip={trip} tiles={tiles} say={say} />
      </div>
      <fieldset disabled={trip.revision !== revision} className="jr-actions jr-tb-acts">
        {can("confirm") ? <button type="button" className="jr-button jr-primary" onClick={() => on.ask({ kind: "confirm", trip })} data-testid="trip-confirm">{say("confirm")}</button> : null}
        {can("change") && trip.stops.length > 2 ? <button type="button" className="jr-button" onClick={() => on.shorten(trip)} data-testid="trip-shorten">{say("shorten")}</button> : null}
        {can("change") ? <button type="button" className="jr-button" onClick={() => on.ask({ kind: "move-trip", trip })} data-testid="trip-move">{say("move_trip")}</button> : null}
        {can("keep") ? <button type="button" className="jr-button jr-choice" aria-pressed={trip.kept} onClick={() => on.keep(trip, !trip.kept)} data-testid="trip-keep" title={say("keep_why")}>{say("keep")}</button> : null}
        {papers ? ["dispatch", "attendance"].map((paper) => (
          <span key={paper} className="jr-tb-paper">{say(paper)} <a className="jr-link" href={`/api/trips/${id}/${paper}.docx`} data-testid={`trip-${paper}`}>Word</a> <a className="jr-link" href={`/api/trips/${id}/${paper}.pdf`} target="_blank" rel="noopener">PDF</a></span>
        )) : null}
        {papers ? <a className="jr-link" href={`/api/trips/${id}/route.html`} target="_blank" rel="noopener">{say("route")}</a> : null}
        {can("fail") ? <button type="button" className="jr-button jr-tb-grave" onClick={() => on.ask({ kind: "fail", trip })} data-testid="trip-fail">{say("fail")}</button> : null}
        {can("cancel") ? <button type="button" className="jr-button jr-tb-grave" onClick={() => on.ask({ kind: "cancel", trip })} data-testid="trip-cancel">{say("cancel_trip")}</button> : null}
        {can("discard") ? <button type="button" className="jr-button jr-tb-grave" onClick={() => on.discard(trip)} data-testid="trip-discard">{say("discard")}</button> : null}
      </fieldset>
    </section>
  );
}

function Against({ trip, say }) {
  if (!trip.problems.length) return trip.status === "draft" ? <p className="jr-tb-fine" data-testid="desk-fine">{say("fine")}</p> : null;
  const hard = trip.problems.filter((p) => !p.agreed), soft = trip.problems.filter((p) => p.agreed);
  return (
    <div className="jr-tb-against" data-testid="desk-problems" data-hard={hard.length}>
      {hard.length ? <><strong>{say("against")}</strong><ul>{hard.map((p, i) => <li key={i}>{p.text}</li>)}</ul></> : null}
      {soft.length ? <><strong>{say("agree_first")}</strong><ul>{soft.map((p, i) => <li key={i}>{p.text}</li>)}</ul></> : null}
    </div>
  );
}
