"""A layer loaded in the browser shows in its list with its map, and a broken file says which feature is wrong."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.geo.layer_samples import BOW, FAR, layer
from tests.web.serving import Server


def test_an_administrator_loads_a_layer_and_retires_it(server: Server, browser_page, tmp_path: Path) -> None:
    server.account("layer-admin", "admin")
    page = browser_page("layer-admin", path="/layers/")
    page.click("#load-layer")
    page.select_option("#layer-code", "control_purple")
    broken, whole = tmp_path / "坏.geojson", tmp_path / "紫线.geojson"
    broken.write_bytes(layer(FAR, BOW))
    whole.write_bytes(layer(FAR))
    page.fill("#layer-effective_from", "2026-03-01")
    page.fill("#layer-source", "自然资源和规划局")
    page.set_input_files("#layer-file", str(broken))
    expect(page.locator("#layer-file-name")).to_have_text("坏.geojson")
    page.click("#layer-save")
    dialog = page.get_by_test_id("layer-dialog")
    expect(dialog).to_contain_text("第 2 个要素的几何不正确")
    page.set_input_files("#layer-file", str(whole))
    expect(page.locator("#layer-file-name")).to_have_text("紫线.geojson")
    page.click("#layer-save")
    expect(dialog).to_be_hidden()
    expect(page.locator("#layer-shown [data-testid=case-map]")).to_have_attribute("data-features", "1")
    page.locator("#layer-versions button").click()
    page.fill("#layer-reason", "成果有误")
    page.click("#retire-confirm")
    expect(page.locator("#layer-versions")).to_contain_text("停用原因：成果有误")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
