"""Shared pieces of pages: one component for each thing, none of them knows a page's state."""
