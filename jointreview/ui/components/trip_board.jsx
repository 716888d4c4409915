// The trip board: half-days by cars. Cases, stops and whole trips are dragged; every change is a command, and the board is read again.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { problemsOf, request, runCommand, say as fill } from "$/public/external/jointreview/ui/components/signature/signature_http.jsx";
import { Problems, readTarget, suits } from "./trip_board_parts.jsx";
import { ConfirmDialog, MoveDialog, NewTripDialog, WhyDialog } from "./trip_board_dialogs.jsx";
import { FleetDialog } from "./trip_board_fleet.jsx";
import { PlanDialog } from "./trip_board_plan.jsx";
import { Status, TripDesk } from "./trip_board_desk.jsx";
import { Waiting } from "./trip_board_waiting.jsx";

const seen = (trip) => ({ trip_id: trip.id, revision: trip.revision });

/** Props: loaded, tick (another one reads again), tiles, texts, chosen (cases of the address, ticked at first). */
export function TripBoard(props) {
  return props.loaded ? <Board {...props} /> : null;
}

function Board({ tick, tiles, texts, chosen }) {
  const [board, setBoard] = useState(null), [fault, setFault] = useState([]), [first, setFirst] = useState(""), [again, setAgain] = useState(0);
  const [opened, setOpened] = useState(0), [ticked, setTicked] = useState([]), [ask, setAsk] = useState(null), [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState([]), [told, setTold] = useState(""), [carried, setCarried] = useState(null), [over, setOver] = useState("");
  const say = useMemo(() => (name, params = {}) => fill(texts, name, params), [texts]);
  const held = useRef(null), started = useRef(false);

  const read = useCallback(() => request("GET", `/api/trips/board${first ? `?first=${first}` : ""}`)
    .then((found) => { setBoard(found); setFault([]); return found; })
    .catch((failure) => { setFault(problemsOf(failure, texts)); return null; }), [first, texts]);
  useEffect(() => { read(); }, [first, tick, again]);
  useEffect(() => {
    if (!board || started.current) return;
    started.current = true;
    const there = chosen.filter((id) => board.waiting.some((one) => one.case_id === id));
    setTicked(there.filter((id) => !board.waiting.find((one) => one.case_id === id).trip));
    if (chosen.length) setTold(say(there.length === chosen.length ? "chosen_all" : "chosen_some", { n: there.length, of: chosen.length }));
  }, [board]);

  // one command; what it refuses is shown where it was asked, or above the board, and nothing moves
  const act = async (name, args, done = "") => {
    setBusy(true); setProblems([]); setTold("");
    try {
      const answer = await runCommand(name, args);
      await read(); // before the dialog closes: what is done next is done with what stands now
      setAsk(null);
      if (done) setTold(done);
      setTicked((old) => old.filter((id) => !(args.case_ids || [args.case_id]).includes(id)));
      return answer.value ?? {};
    } catch (failure) {
      setProblems(problemsOf(failure, texts));
      read();
      return null;
    } finally { setBusy(false); }
  };
  const open = (id) => { setOpened(id); if (id) setTimeout(() => document.getElementById(`trip-${id}-name`)?.closest("[data-testid='trip-desk']")?.scrollIntoView({ block: "nearest" }), 350); };
  const needWhy = (trip, title, send) => (trip.status === "confirmed" ? setAsk({ kind: "why", title, note: say("why_confirmed"), send }) : send(""));
  const make = async (ids, day, half, car_id) => { const made = await act("DraftTrip", { car_id, day, half, case_ids: ids, shortest: ids.length > 2 }, say("made")); if (made?.trip_id) open(made.trip_id); };
  const place = (trip, case_id, position, why) => act("PlaceStop", { ...seen(trip), case_id, position, why });
  const placeAll = async (trip, ids, why) => {
    let target = trip;
    for (const id of ids) { const answer = await place(target, id, 20, why); if (!answer) return; target = { ...target, revision: answer.revision }; }
    open(trip.id);
  };

  const on = {
    close: () => { const id = opened; setOpened(0); setTimeout(() => document.getElementById(`trip-card-${id}`)?.focus(), 0); },
    gone: (id) => setOpened((old) => (old === id ? 0 : old)),
    ask: (what) => { setProblems([]); setAsk(what); },
    place: (trip, case_id, position) => needWhy(trip, say("change_title"), (why) => place(trip, case_id, position, why)),
    takeOff: (trip, case_id) => needWhy(trip, say("take_off_title"), (why) => act("TakeOffStop", { ...seen(trip), case_id, why })),
    send: (trip, unit, officer_id) => act("SendOfficer", { ...seen(trip), unit, officer_id }),
    shorten: (trip) => needWhy(trip, say("shorten"), (why) => act("ShortenWay", { ...seen(trip), why })),
    keep: (trip, kept) => act("KeepTrip", { ...seen(trip), kept }),
    discard: (trip) => act("DiscardTrip", seen(trip), say("discarded")).then((answer) => answer && setOpened(0)),
  };
  const moveTrip = (trip, day, half, car_id) => needWhy(trip, say("move_trip"), (why) => act("MoveTrip", { ...seen(trip), day, half, car_id, why }));

  // what is carried: { kind: "cases", ids, from } or { kind: "trip", trip }
  const take = (e, what) => { held.current = what; e.dataTransfer.effectAllowed = "move"; e.dataTransfer.setData("text/plain", "trip"); e.stopPropagation(); setTimeout(() => setCarried(what), 0); };
  const letGo = () => { const what = held.current; held.current = null; setCarried(null); setOver(""); return what; };
  const drag = {
    end: letGo,
    case: (e, id) => take(e, { kind: "cases", ids: ticked.includes(id) ? ticked : [id], from: null }),
    stop: (e, trip, stop) => take(e, { kind: "cases", ids: [stop.case_id], from: trip }),
    trip: (e, trip) => take(e, { kind: "trip", trip }),
    over: (e, allowed, key = "") => { if (held.current && allowed) { e.preventDefault(); e.stopPropagation(); if (over !== key) setOver(key); } },
    overWaiting: (e) => drag.over(e, Boolean(held.current?.from), "waiting"),
    onStop: (e, trip, position) => {
      const what = letGo();
      if (what?.kind !== "cases") return;
      e.preventDefault(); e.stopPropagation();
      changed(what, trip, (why) => what.ids.length === 1 ? place(trip, what.ids[0], position, why) : placeAll(trip, what.ids, why));
    },
    onTrip: (e, trip) => {
      const what = letGo();
      if (what?.kind !== "cases" || what.from?.id === trip.id) return;
      e.preventDefault();
      changed(what, trip, (why) => placeAll(trip, what.ids, why));
    },
    onFree: (e, row, car) => {
      const what = letGo();
      if (!what) return;
      e.preventDefault();
      if (what.kind === "trip") moveTrip(what.trip, row.day, row.half, car.id);
      else fromThere(what, (why, cleared) => cleared && make(what.ids, row.day, row.half, car.id));
    },
    onWaiting: (e) => {
      const what = letGo();
      if (what?.kind === "cases" && what.from) { e.preventDefault(); on.takeOff(what.from, what.ids[0]); }
    },
  };
  // a stop of a confirmed trip is taken off there first, with the reason; then it goes on
  const fromThere = (what, next) => {
    if (what.from?.status !== "confirmed") return next("", true);
    return setAsk({ kind: "why", title: say("change_title"), note: say("why_confirmed"), send: async (why) => { const off = await act("TakeOffStop", { ...seen(what.from), case_id: what.ids[0], why }); next(why, Boolean(off)); } });
  };
  const changed = (what, trip, send) => {
    if (what.from?.status === "confirmed" && what.from.id !== trip.id) return fromThere(what, (why, cleared) => cleared && send(why));
    return needWhy(trip, say("change_title"), send);
  };
  const sendMove = async ({ target, why }) => {
    const to = readTarget(target, board);
    if (ask.kind === "move-trip") return act("MoveTrip", { ...seen(ask.trip), day: to.day, half: to.half, car_id: to.car_id, why });
    if (ask.from?.status === "confirmed" && !(await act("TakeOffStop", { ...seen(ask.from), case_id: ask.ids[0], why }))) return null;
    return to.trip ? placeAll(to.trip, ask.ids, why) : make(ask.ids, to.day, to.half, to.car_id);
  };

  if (!board) return fault.length ? <div><Problems problems={fault} /><button type="button" className="jr-button" onClick={() => setAgain(again + 1)}>{say("retry")}</button></div> : <div className="jr-busy" role="status">{say("loading")}</div>;
  const cars = board.cars.filter((car) => car.shown), inHand = carried?.kind === "cases" ? carried.ids.map((id) => board.waiting.find((one) => one.case_id === id)) : [];
  const at = new Map(board.trips.map((trip) => [`${trip.slot}|${trip.car_id}`, trip]));
  const askDialog = { busy, problems, say, onClose: () => { setAsk(null); setProblems([]); } };
  return (
    <div className="jr-tb" data-testid="trip-board" data-state={fault.length ? "fault" : "ready"} data-carried={carried?.kind || ""}>
      <div className="jr-tb-bar">
        <div className="jr-actions" role="group" aria-label={say("days")}>
          <button type="button" className="jr-button" onClick={() => setFirst(board.before)} aria-label={say("earlier")} title={say("earlier")}>‹</button>
          <button type="button" className="jr-button" onClick={() => setFirst("")} data-testid="board-today">{say("today")}</button>
          <button type="button" className="jr-button" onClick={() => setFirst(board.after)} aria-label={say("later")} title={say("later")} data-testid="board-later">›</button>
          <strong className="jr-tb-span">{board.span}</strong>
          {board.elsewhere.map((one) => <button key={one.text} type="button" className="jr-plain-button jr-tb-elsewhere" onClick={() => setFirst(one.first)}>{one.text}</button>)}
        </div>
        <div className="jr-actions">
          <button type="button" className="jr-button" onClick={() => on.ask({ kind: "fleet" })} data-testid="board-cars">{say("cars")}</button>
          <button type="button" className="jr-button jr-primary" onClick={() => on.ask({ kind: "plan" })} data-testid="board-plan">{say(board.run ? `run_${board.run.status}` : "plan")}</button>
        </div>
      </div>
      <div aria-live="polite" className="jr-tb-told" data-testid="board-told">{told}</div>
      <Problems problems={fault.length ? fault : ask ? [] : problems} title={fault.length ? "" : say("refused")} />
      <div className="jr-tb-sides">
        <Waiting board={board} ticked={ticked} say={say} drag={drag} carried={carried} onTick={setTicked} onMake={() => on.ask({ kind: "move", ids: ticked })} />
        {cars.length ? (
          <div className="jr-tb-grid" role="region" aria-label={say("board")} tabIndex={0}>
            <table>
              <thead><tr><th scope="col">{say("half_day")}</th>{cars.map((car) => <th key={car.id} scope="col">{car.plate}<span className="jr-soft">{car.name} {say("seats_n", { n: car.seats })}</span></th>)}</tr></thead>
              <tbody>
                {board.rows.map((row) => {
                  const mine = board.trips.find((trip) => trip.id === opened && trip.slot === row.slot);
                  return [
                    <tr key={row.slot} data-half={row.half} data-today={row.day === board.today}>
                      <th scope="row">{row.half === "am" || board.rows[0].slot === row.slot ? <span>{row.day_words}</span> : <span className="jr-tb-again">{row.day_words}</span>}<span className="jr-soft">{row.half_words} {row.hours}</span>{row.closed ? <span className="jr-soft">{say("closed")}</span> : null}</th>
                      {cars.map((car) => {
                        const trip = at.get(`${row.slot}|${car.id}`), key = `${row.slot}|${car.id}`, blocked = row.slot in car.blocked;
                        if (trip) return <td key={car.id} data-over={over === key}><Card trip={trip} opened={opened === trip.id} say={say} drag={drag} cell={key} onOpen={() => (opened === trip.id ? on.close() : open(trip.id))} /></td>;
                        if (blocked) return <td key={car.id}><button type="button" className="jr-tb-blocked" disabled={row.past} title={say("unblock")} onClick={() => act("UnblockCar", { car_id: car.id, day: row.day, half: row.half })}>{say("blocked")}{car.blocked[row.slot] ? ` · ${car.blocked[row.slot]}` : ""}</button></td>;
                        if (row.past || !car.active) return <td key={car.id} className="jr-tb-past" />;
                        const fit = suits(row.slot, inHand);
                        return (
                          <td key={car.id} data-over={over === key} data-fit={fit} data-testid={`cell-${row.slot.replace(" ", "-")}-${car.id}`} onDragOver={(e) => drag.over(e, true, key)} onDrop={(e) => drag.onFree(e, row, car)}>
                            <button type="button" className="jr-tb-free" data-car={car.plate} onClick={() => on.ask({ kind: "new", slot: row.slot, car_id: car.id, ids: ticked })} aria-label={say("new_at", { day: row.day_words, half: row.half_words, car: car.plate })}>{fit ? say(`fit_${fit}`) : "+"}</button>
                          </td>
                        );
                      })}
                    </tr>,
                    mine ? <tr key={`${row.slot} open`} className="jr-tb-opened"><td colSpan={cars.length + 1}><TripDesk id={mine.id} revision={mine.revision} stamp={`${mine.revision}|${tick}|${again}`} tiles={tiles} say={say} texts={texts} drag={drag} on={on} /></td></tr> : null,
                  ];
                })}
              </tbody>
            </table>
          </div>
        ) : (
          <div className="jr-empty"><h2>{say("no_cars")}</h2><p>{say("no_cars_why")}</p><div className="jr-actions"><button type="button" className="jr-button jr-primary" onClick={() => on.ask({ kind: "fleet" })}>{say("car_new")}</button></div></div>
        )}
      </div>
      {ask?.kind === "confirm" ? <ConfirmDialog {...askDialog} trip={ask.trip} onSend={(said) => act("ConfirmTrip", { ...seen(ask.trip), ...said }, say("confirmed"))} /> : null}
      {ask?.kind === "why" ? <WhyDialog {...askDialog} title={ask.title} note={ask.note} onSend={({ why }) => ask.send(why)} /> : null}
      {ask?.kind === "cancel" ? <WhyDialog {...askDialog} grave title={say("cancel_trip")} note={say("cancel_what")} onSend={({ why }) => act("CancelTrip", { ...seen(ask.trip), why }, say("cancelled")).then((answer) => answer && setOpened(0))} /> : null}
      {ask?.kind === "fail" ? <WhyDialog {...askDialog} grave fail title={say("fail")} note={say("fail_what")} onSend={({ why, cause }) => act("FailTrip", { ...seen(ask.trip), cause, reason: why }, say("failed_trip"))} /> : null}
      {ask?.kind === "move" || ask?.kind === "move-trip" ? <MoveDialog {...askDialog} ask={ask} board={board} onSend={sendMove} /> : null}
      {ask?.kind === "new" ? <NewTripDialog {...askDialog} ask={ask} board={board} onSend={(ids) => { const row = board.rows.find((one) => one.slot === ask.slot); make(ids, row.day, row.half, ask.car_id); }} onBlock={(note) => { const row = board.rows.find((one) => one.slot === ask.slot); act("BlockCar", { car_id: ask.car_id, day: row.day, half: row.half, note }); }} /> : null}
      {ask?.kind === "fleet" ? <FleetDialog {...askDialog} board={board} onSend={async (args) => { const kept = ask; const answer = await act("KeepCar", args, say("car_saved")); setAsk(kept); return answer; }} /> : null}
      {ask?.kind === "plan" ? (
        <PlanDialog {...askDialog} board={board} on={{
          start: (seconds) => act("StartPlan", { seconds }).then(() => setAsk({ kind: "plan" })),
          stop: (run_id) => act("StopPlan", { run_id }).then(() => setAsk({ kind: "plan" })),
          drop: (run_id) => act("DropPlan", { run_id }),
          adopt: (run_id) => act("AdoptPlan", { run_id }).then((said) => said && setTold(say("adopted", { trips: said.trips, new: said.new.length, moved: said.moved.length, waiting: said.waiting.length, left: said.left_out }))),
        }} />
      ) : null}
    </div>
  );
}

function Card({ trip, opened, say, drag, cell, onOpen }) {
  const can = trip.acts.includes("change"), hard = trip.problems.filter((p) => !p.agreed).length, soft = trip.problems.length - hard, declined = trip.crew.filter((seat) => seat.reply === "declined").length;
  return (
    <article className="jr-tb-card" data-testid="trip-card" data-trip={trip.id} data-status={trip.status} data-opened={opened} draggable={can} onDragStart={(e) => drag.trip(e, trip)} onDragEnd={drag.end}
      onDragOver={(e) => drag.over(e, can, cell)} onDrop={(e) => drag.onTrip(e, trip)}>
      <button type="button" className="jr-tb-card-head" id={`trip-card-${trip.id}`} aria-expanded={opened} onClick={onOpen}>
        <span>{trip.departs}–{trip.back}</span> <Status trip={trip} />
        {trip.kept ? <span className="jr-chip">{say("kept")}</span> : null}
        {declined ? <span className="jr-chip" data-tone="bad">{say("declined_n", { n: declined })}</span> : null}
        {hard ? <span className="jr-chip" data-tone="bad">{say("hard_n", { n: hard })}</span> : soft ? <span className="jr-chip" data-tone="warn">{say("soft_n", { n: soft })}</span> : null}
      </button>
      <ol>
        {trip.stops.map((stop, at) => (
          <li key={stop.case_id} data-testid="card-stop" data-case={stop.case_id} draggable={can} onDragStart={(e) => drag.stop(e, trip, stop)} onDragEnd={drag.end} onDragOver={(e) => drag.over(e, can, cell)} onDrop={(e) => drag.onStop(e, trip, at + 1)}>
            <span className="jr-tb-time">{stop.arrive}</span> <span>{stop.project}</span>
          </li>
        ))}
      </ol>
      <p className="jr-soft">{say("card_sums", { taken: trip.taken, seats: trip.seats, km: trip.km, drive: trip.drive })}</p>
    </article>
  );
}
