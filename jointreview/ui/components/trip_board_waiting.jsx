// The cases that wait for a survey, the most urgent first; ticked ones go on one trip together.
/** Props: board, ticked (case ids), say, drag, carried, onTick, onMake. */
export function Waiting({ board, ticked, say, drag, carried, onTick, onMake }) {
  const waiting = board.waiting.filter((one) => !one.trip), drafted = board.waiting.length - waiting.length;
  const toggle = (id) => onTick(ticked.includes(id) ? ticked.filter((one) => one !== id) : [...ticked, id]);
  return (
    <section className="jr-tb-waiting" aria-labelledby="waiting-title" data-testid="waiting" data-count={waiting.length} data-taking={Boolean(carried?.from)} onDragOver={drag.overWaiting} onDrop={drag.onWaiting}>
      <div className="jr-tb-waiting-head">
        <h2 id="waiting-title">{say("waiting")} <span className="jr-soft">{waiting.length}</span></h2>
        <button type="button" className="jr-button jr-primary" disabled={!ticked.length} onClick={onMake} data-testid="waiting-make">{say("put_on_trip", { n: ticked.length })}</button>
      </div>
      {drafted ? <p className="jr-soft">{say("drafted_n", { n: drafted })}</p> : null}
      {waiting.length ? <p className="jr-soft jr-tb-how">{say("how")}</p> : <p className="jr-soft" data-testid="nothing-waits">{say("nothing_waits")}</p>}
      <ul>
        {waiting.map((one) => (
          <li key={one.case_id} draggable={one.placed} onDragStart={(e) => drag.case(e, one.case_id)} onDragEnd={drag.end} data-testid="waiting-case" data-case={one.case_id} data-urgent={one.urgent}>
            <label>
              <input type="checkbox" checked={ticked.includes(one.case_id)} disabled={!one.placed} onChange={() => toggle(one.case_id)} data-testid={`tick-${one.case_id}`} />
              <span>
                <strong>{one.project}</strong>
                <span className="jr-soft">{one.number} · {one.stage}{one.town ? ` · ${one.town}` : ""}</span>
                <span className="jr-tb-units">{say("units_n", { n: one.units.length, names: one.units.join(say("list_joint")) })}</span>
                <span className="jr-soft">{say("minutes_n", { n: one.minutes })} · {say(one.offered ? "offered_n" : "not_offered", { n: one.wanted.length })}{one.again ? ` · ${say("again")}` : ""}</span>
                {one.due ? <span className={one.urgent ? "jr-tb-urgent" : "jr-soft"}>{say("due")} {one.due}</span> : null}
                {one.placed ? null : <span className="jr-tb-urgent">{say("no_place")}</span>}
              </span>
            </label>
            <a className="jr-link" href={one.href}>{say("open_case")}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}
