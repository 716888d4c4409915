"""One build for every address: the page talks to the server it came from, whatever its host and port."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

from reflex_base.plugins import Plugin

from jointreview.settings import Settings

_STATE_JS = "utils/state.js"
_ABSOLUTE = "new URL(url_str);"
_RELATIVE = 'new URL(url_str, typeof window === "undefined" ? "http://localhost" : window.location.origin);'


class SameOriginPlugin(Plugin):
    """Bakes relative endpoints into the front end instead of an absolute `api_url`."""

    def update_env_json(self, **context: Any) -> dict[str, Any]:
        """The endpoints without scheme, host and port."""
        from reflex_base import constants

        return {endpoint.name: urlsplit(endpoint.get_url()).path for endpoint in constants.Endpoint}

    def pre_compile(self, **context: Any) -> None:
        """Let the browser resolve endpoints against the page's own address."""
        context["add_modify_task"](_STATE_JS, _resolve_against_page)


def _resolve_against_page(code: str) -> str:
    if _RELATIVE in code:
        return code
    if code.count(_ABSOLUTE) != 1:
        raise RuntimeError(f"{_STATE_JS} of this Reflex version is not the one this plugin was written for")
    return code.replace(_ABSOLUTE, _RELATIVE)


def allowed_origins(settings: Settings) -> list[str]:
    """The origins a page of this product can have: public address, loopback and the listening address.

    Listening on every interface admits the machine's own names and addresses too.
    """
    hosts = {"localhost", "127.0.0.1"}
    if settings.host in ("0.0.0.0", "::"):  # nosec B104 # compared with, not listened on
        name = socket.gethostname()
        hosts.add(name)
        hosts.update(_addresses(name))
    else:
        hosts.add(settings.host)
    scheme = "https" if settings.https else "http"
    origins = {f"{scheme}://{host}:{settings.port}" for host in hosts}
    if settings.public_url:
        parts = urlsplit(settings.public_url)
        origins.add(f"{parts.scheme}://{parts.netloc}")
    return sorted(origins)


def _addresses(name: str) -> list[str]:
    try:
        return socket.gethostbyname_ex(name)[2]
    except OSError:
        return []
