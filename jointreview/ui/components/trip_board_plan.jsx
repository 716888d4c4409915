// A planning run: asked for, watched, ended early, then taken over as drafts or dropped.
import { useState } from "react";
import { Dialog, Field, Problems } from "./trip_board_parts.jsx";

export function PlanDialog({ board, busy, problems, say, on, onClose }) {
  const [seconds, setSeconds] = useState(30), run = board.run, waits = board.waiting.length;
  const going = run && (run.status === "queued" || run.status === "running");
  return (
    <Dialog say={say} id="plan-dialog" title={say("plan_title")} onClose={onClose} wide>
      <Problems problems={problems} title={say("refused")} />
      {!run ? (
        <>
          <p>{say("plan_what", { n: waits })}</p>
          <p className="jr-soft">{say("plan_keeps")}</p>
          <Field id="plan-seconds" label={say("plan_seconds")}>
            <select id="plan-seconds" value={seconds} onChange={(e) => setSeconds(Number(e.target.value))}>{[10, 30, 60, 120, 300].map((n) => <option key={n} value={n}>{say("seconds_n", { n })}</option>)}</select>
          </Field>
          <div className="jr-dialog-actions">
            <button type="button" className="jr-button" onClick={onClose}>{say("leave")}</button>
            <button type="button" className="jr-button jr-primary" disabled={busy || !waits} onClick={() => on.start(seconds)} data-testid="plan-start">{say("plan_start")}</button>
          </div>
        </>
      ) : null}
      {going ? (
        <div data-testid="plan-going">
          <p role="status">{say(run.status === "queued" ? "plan_queued" : "plan_running", { elapsed: Math.round(run.elapsed), seconds: run.seconds })}</p>
          <progress className="jr-tb-progress" value={Math.min(run.elapsed, run.seconds)} max={run.seconds} />
          {run.trips !== undefined && run.trips !== null ? <p>{say("plan_so_far", { trips: run.trips, people: run.officer_trips, left: run.unserved, gap: run.gap })}</p> : null}
          <div className="jr-dialog-actions">
            <button type="button" className="jr-button" onClick={onClose}>{say("plan_later")}</button>
            <button type="button" className="jr-button jr-primary" disabled={busy || run.stopping} onClick={() => on.stop(run.id)} data-testid="plan-stop">{say(run.stopping ? "plan_stopping" : "plan_stop")}</button>
          </div>
        </div>
      ) : null}
      {run?.status === "failed" ? (
        <>
          <Problems problems={run.faults.map((text) => ({ text }))} />
          <div className="jr-dialog-actions"><button type="button" className="jr-button jr-primary" disabled={busy} onClick={() => on.drop(run.id)} data-testid="plan-drop">{say("plan_read")}</button></div>
        </>
      ) : null}
      {run?.status === "done" ? <Found run={run} busy={busy} say={say} on={on} /> : null}
    </Dialog>
  );
}

function Found({ run, busy, say, on }) {
  return (
    <div data-testid="plan-found">
      <p>{say(run.plan.length ? "plan_found" : "plan_nothing", { trips: run.plan.length, km: run.plan.reduce((sum, trip) => sum + trip.km, 0).toFixed(1) })} {run.optimal ? say("plan_optimal") : run.gap ? say("plan_gap", { gap: run.gap }) : ""}</p>
      <ul className="jr-tb-plan">
        {run.plan.map((trip, at) => (
          <li key={at}>
            <strong>{trip.when} · {trip.car}</strong> <span className="jr-soft">{say("plan_trip", { people: trip.officers, km: trip.km, back: trip.back })}</span>
            <ol>{trip.stops.map((stop, n) => <li key={n}>{stop.arrive} {stop.name} {stop.moved ? <span className="jr-chip" data-tone="warn">{say("moved")}</span> : null}</li>)}</ol>
          </li>
        ))}
      </ul>
      {run.left_out.length ? (
        <div className="jr-tb-against"><strong>{say("plan_left_out")}</strong><ul>{run.left_out.map((one, at) => <li key={at}>{say("left_out_line", { name: one.name, why: one.why })}</li>)}</ul></div>
      ) : null}
      <div className="jr-dialog-actions">
        <button type="button" className="jr-button" disabled={busy} onClick={() => on.drop(run.id)} data-testid="plan-drop">{say("plan_drop")}</button>
        <button type="button" className="jr-button jr-primary" disabled={busy || !run.plan.length} onClick={() => on.adopt(run.id)} data-testid="plan-adopt">{say(busy ? "sending" : "plan_adopt")}</button>
      </div>
    </div>
  );
}
