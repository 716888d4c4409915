"""The browser part that shows a parcel of land and lets the applicant confirm its place; used by the one form."""

from __future__ import annotations

import reflex as rx

PARCEL_JSX = rx.asset("parcel.jsx", shared=True)
