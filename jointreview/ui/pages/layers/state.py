"""The layers shown, the one looked at, and what is being loaded."""

from __future__ import annotations

import asyncio
from typing import Any

import pydantic
import reflex as rx

from jointreview.commands.executor import execute
from jointreview.commands.layers import AddLayerService, DefineTiles, LoadLayer, RetireLayerVersion, RetireTiles
from jointreview.commands.registry import Command
from jointreview.domain.problems import Refused
from jointreview.jobs.layer_checks import recheck_layers
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.queries.layer_list import KEEPER_ROLES, layer_list, pictures
from jointreview.settings import settings
from jointreview.text import tr
from jointreview.ui import hub
from jointreview.ui.allow import allow, event
from jointreview.ui.components import toasts
from jointreview.ui.components.faults import Fault, faults_of
from jointreview.ui.components.filters import Option
from jointreview.ui.me import actor_of
from jointreview.ui.pages.layers.rows import NO_LAYER, LayerRow, PictureRow, layer_row, picture_row
from jointreview.ui.text import lang_of

_SAID = ("source", "licence", "name_zh", "name_en", "name_field", "file_layer", "url", "type_name")
_DAYS = ("effective_from", "effective_to")


class LayersState(rx.State):
    """The page of the layers."""

    loaded: bool = False
    layers: list[LayerRow] = []
    codes: list[Option] = []
    pictures: list[PictureRow] = []
    shown: LayerRow = NO_LAYER

    form: str = ""
    code: str = ""
    own: bool = False
    upload_id: int = 0
    upload_name: str = ""
    repair: bool = False
    faults: list[Fault] = []
    busy: bool = False

    retiring: int = 0
    retire_faults: list[Fault] = []

    @event
    @allow(*KEEPER_ROLES)
    async def load(self):
        """Read the layers, and again when one changes; `?layer=` opens one."""
        hub.subscribe(self, "layers", refresh=LayersState.refresh)
        self.form, self.retiring = "", 0
        await self._read(self.router.url.query_parameters.get("layer", ""))
        self.loaded = True

    @event
    @allow(*KEEPER_ROLES)
    async def refresh(self):
        """Somebody loaded or retired a version."""
        await self._read(self.shown["code"])

    @event
    @allow(*KEEPER_ROLES)
    async def look_at(self, code: str):
        """One layer with its versions and where it lies."""
        self.shown = next((row for row in self.layers if row["code"] == code), NO_LAYER)
        return rx.call_script("document.getElementById('layer-shown')?.scrollIntoView({block: 'start'})")

    async def _read(self, code: str) -> None:
        lang, actor = await lang_of(self), await actor_of(self)
        found, offered = await asyncio.to_thread(_everything, actor)
        self.layers = [layer_row(line, lang) for line in found]
        self.codes = [Option(value=row["code"], name=row["name"]) for row in self.layers if row["keeps"]]
        self.pictures = [picture_row(row, lang) for row in offered]
        self.shown = next((row for row in self.layers if row["code"] == code), NO_LAYER)

    @event
    @allow(*KEEPER_ROLES)
    def open_form(self, form: str, code: str):
        """Open the loading of a file (`file`), a service or a picture, for a layer or for any."""
        self.form = form if form in ("file", "service", "tiles") else ""
        self.code, self.own, self.faults = code, False, []
        self.upload_id, self.upload_name, self.repair = 0, "", False

    @event
    @allow(*KEEPER_ROLES)
    def form_open_changed(self, is_open: bool):
        """The dialog was closed."""
        if not is_open:
            self.form = ""

    @event
    @allow(*KEEPER_ROLES)
    def choose_code(self, code: str):
        """Which layer; the last choice is one of one's own, with a code and a name."""
        self.own, self.code = code == "-", "" if code == "-" else code

    @event
    @allow(*KEEPER_ROLES)
    def choose_repair(self, wanted: bool):
        """Whether broken features are put right and listed."""
        self.repair = wanted

    @event
    @allow(*KEEPER_ROLES)
    def uploaded(self, answer: dict[str, Any]):
        """The file has arrived."""
        if isinstance(answer.get("upload_id"), int):
            self.upload_id, self.upload_name = answer["upload_id"], str(answer.get("name", ""))[:200]

    @event
    @allow(*KEEPER_ROLES)
    async def save(self, form: dict[str, Any]):
        """Load what the open dialog says; what is wrong stands in the dialog, which keeps what was entered."""
        self.busy, self.faults = True, []
        yield
        outcome, self.faults = await self._run(self._command, form)
        self.busy = False
        if outcome is None:
            return
        self.form = ""
        await self._read(self.code)
        yield await toasts.done(self, "layers.saved")
        # Every open case is asked again now, and not only with the next sweep.
        await asyncio.to_thread(recheck_layers, settings().current_time())

    def _command(self, form: dict[str, Any]) -> Command:
        said = {name: str(form[name]).strip() for name in _SAID if str(form.get(name) or "").strip()}
        days = {name: str(form[name]) for name in _DAYS if form.get(name)}
        code = str(form.get("own_code") or "").strip() if self.own else self.code
        theme = str(form.get("theme") or "") or None
        self.code = code
        if self.form == "tiles":
            names = {"name_zh": said.get("name_zh", ""), "name_en": said.get("name_en") or said.get("name_zh", "")}
            credit = str(form.get("attribution") or "")
            own_code = str(form.get("own_code") or "").strip()
            return DefineTiles.model_validate(
                {"code": own_code, "url": said.get("url", ""), "attribution": credit, **names}
            )
        given = {"code": code, "theme": theme, **said, **days}
        if self.form == "service":
            return AddLayerService.model_validate(given)
        epsg = str(form.get("declared_epsg") or "").strip().upper().removeprefix("EPSG:")
        given |= {"declared_epsg": epsg} if epsg else {}
        return LoadLayer.model_validate({**given, "upload_id": self.upload_id, "repair": self.repair})

    @event
    @allow(*KEEPER_ROLES)
    def ask_retire(self, version_id: int):
        """Open the question for the reason."""
        self.retiring, self.retire_faults = version_id, []

    @event
    @allow(*KEEPER_ROLES)
    def retire_open_changed(self, is_open: bool):
        """The question was closed."""
        if not is_open:
            self.retiring = 0

    @event
    @allow(*KEEPER_ROLES)
    async def retire(self, form: dict[str, Any]):
        """The version no longer counts; open cases are asked again."""
        said = {"version_id": self.retiring, "reason": str(form.get("reason") or "")}
        outcome, self.retire_faults = await self._run(RetireLayerVersion.model_validate, said)
        if outcome is None:
            return
        self.retiring = 0
        await self._read(self.shown["code"])
        yield await toasts.done(self, "layers.saved")
        await asyncio.to_thread(recheck_layers, settings().current_time())

    @event
    @allow("admin")
    async def retire_picture(self, layer_id: int):
        """The picture is no longer offered."""
        await self._run(RetireTiles.model_validate, {"layer_id": layer_id})
        await self._read(self.shown["code"])

    async def _run(self, build: Any, form: dict[str, Any]) -> tuple[Any, list[Fault]]:
        """The outcome, or None and what is wrong."""
        lang = await lang_of(self)
        try:
            return await asyncio.to_thread(execute, await actor_of(self), build(form)), []
        except pydantic.ValidationError as error:
            wrong = dict.fromkeys(str(one["loc"][-1]) for one in error.errors())
            return None, [
                Fault(text=tr(lang, "layers.fill_in", field=tr(lang, f"layers.field_{name}")), where=f"layer-{name}")
                for name in wrong
            ]
        except Refused as refusal:
            return None, await faults_of(self, refusal)


def _everything(actor: Actor) -> tuple[list, list]:
    with reading() as session:
        return layer_list(session, actor), pictures(session)
