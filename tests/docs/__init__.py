"""Tests of the READMEs and guides."""
