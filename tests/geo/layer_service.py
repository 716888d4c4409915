"""A WFS on this machine that can be broken in every way."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.geo.layer_samples import FAR, layer


class Wfs:
    """Answers GetFeature in GeoJSON; `mode` is how it fails, `asked` how often it was asked."""

    def __init__(self) -> None:
        self.features: list[dict] = json.loads(layer(FAR))["features"]
        self.mode = "works"
        self.asked = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked += 1
                code, body = outer.answer({k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()})
                self.send_response(code)
                if code == 302:
                    self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, query: dict[str, str]) -> tuple[int, bytes]:
        if self.mode in ("500", "302"):
            return int(self.mode), b""
        if self.mode == "slow":
            time.sleep(0.6)
        if self.mode == "xml":
            return 200, b"<ows:ExceptionReport/>"
        found = self.features
        if "bbox" in query:
            west, south, east, north = map(float, query["bbox"].split(",")[:4])
            if self.mode == "swapped":
                west, south, east, north = south, west, north, east
            found = [f for f in found if self._meets(f, west, south, east, north)]
        more = {"numberMatched": len(found) + 1} if self.mode == "cut" and "bbox" in query else {}
        return 200, json.dumps(
            {"type": "FeatureCollection", "features": found[: int(query["count"])], **more}
        ).encode()

    @staticmethod
    def _meets(feature: dict, west: float, south: float, east: float, north: float) -> bool:
        xs, ys = zip(*feature["geometry"]["coordinates"][0], strict=True)
        return min(xs) <= east and max(xs) >= west and min(ys) <= north and max(ys) >= south
