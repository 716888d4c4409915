"""The browser part that shows a parcel of land and lets the applicant confirm its place; used by the one form."""

from __future__ import annotations

from jointreview.ui.components.browser_part import browser_part

PARCEL_JSX = browser_part(__name__, "parcel.jsx")
PARCEL_PARTS = [browser_part(__name__, "parcel_draw.jsx"), browser_part(__name__, "parcel_system.jsx")]
"""What lies beside it: drawing on the map, and the choice of a coordinate system."""
