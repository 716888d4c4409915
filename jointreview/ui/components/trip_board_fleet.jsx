// The cars of the joint survey: kept by the coordinator beside the board.
import { useState } from "react";
import { Dialog, Field, Problems } from "./trip_board_parts.jsx";

const BLANK = { id: 0, plate: "", name: "", seats: 6, driver: "", driver_mobile: "", active: true };

export function FleetDialog({ board, busy, problems, say, onSend, onClose }) {
  const [one, setOne] = useState(board.cars.length ? null : BLANK), [mobile, setMobile] = useState("");
  const write = (car) => { setOne(car); setMobile(""); };
  const set = (name) => (e) => setOne({ ...one, [name]: e.target.type === "checkbox" ? e.target.checked : e.target.value });
  const send = async (e) => {
    e.preventDefault();
    const { id, plate, name, seats, driver, active } = one;
    const args = { car_id: id, plate: plate.trim(), name: name.trim(), seats: Number(seats), driver: driver.trim(), active };
    if (mobile.trim() || !id) args.driver_mobile = mobile.trim();
    if (await onSend(args)) setOne(null);
  };
  return (
    <Dialog say={say} id="fleet-dialog" title={say("cars")} onClose={onClose} wide>
      <Problems problems={problems} title={say("refused")} />
      {one ? (
        <form onSubmit={send} className="jr-tb-form">
          <Field id="car-plate" label={say("car_plate")}><input id="car-plate" required minLength={4} maxLength={20} value={one.plate} onChange={set("plate")} /></Field>
          <Field id="car-name" label={say("car_name")}><input id="car-name" maxLength={40} value={one.name} onChange={set("name")} /></Field>
          <Field id="car-seats" label={say("car_seats")} hint={say("car_seats_hint")}><input id="car-seats" type="number" min={1} max={60} required value={one.seats} onChange={set("seats")} /></Field>
          <Field id="car-driver" label={say("car_driver")}><input id="car-driver" maxLength={64} value={one.driver} onChange={set("driver")} /></Field>
          <Field id="car-mobile" label={say("car_mobile")} hint={one.driver_mobile ? say("car_mobile_kept", { mobile: one.driver_mobile }) : ""}><input id="car-mobile" inputMode="tel" pattern="1[0-9]{10}" title={say("car_mobile_rule")} value={mobile} onChange={(e) => setMobile(e.target.value)} /></Field>
          <label className="jr-tb-tick"><input type="checkbox" checked={one.active} onChange={set("active")} /> <span>{say("car_active")}</span></label>
          <div className="jr-dialog-actions">
            <button type="button" className="jr-button" onClick={() => (board.cars.length ? setOne(null) : onClose())}>{say("leave")}</button>
            <button type="submit" className="jr-button jr-primary" disabled={busy} data-testid="car-send">{say(busy ? "sending" : "save")}</button>
          </div>
        </form>
      ) : (
        <>
          <ul className="jr-tb-cars">
            {board.cars.map((car) => (
              <li key={car.id}>
                <span><strong>{car.plate}</strong> {car.name} <span className="jr-soft">{say("seats_n", { n: car.seats })}{car.driver ? ` · ${car.driver} ${car.driver_mobile}` : ""}</span></span>
                {car.active ? null : <span className="jr-chip">{say("car_off")}</span>}
                <button type="button" className="jr-button" onClick={() => write(car)}>{say("change")}</button>
              </li>
            ))}
          </ul>
          <div className="jr-dialog-actions"><button type="button" className="jr-button jr-primary" onClick={() => write(BLANK)} data-testid="car-new">{say("car_new")}</button></div>
        </>
      )}
    </Dialog>
  );
}
