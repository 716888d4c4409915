"""The bare framework's smallest application, beside which the product's events are measured."""

import reflex as rx

config = rx.Config(
    app_name="hello",
    telemetry_enabled=False,
    state_manager_mode=rx.constants.StateManagerMode.MEMORY,
    plugins=[rx.plugins.TailwindV4Plugin()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
