"""Reflex only: guard, live hub, pages, components, states."""
