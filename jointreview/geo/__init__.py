"""Geometry in and out: parcels from files, coordinate systems, map sheets."""
