"""Backups: made while people work, checked without being restored, restored into an installation of its own.

A target is a folder, which keeps several backups and each content once, or one `.tar` file. In it:
`content/ab/cd/<digest>`, and for each backup a folder named after its time in UTC with `manifest.json`, the
database, `contents.txt` (what content belongs to it) and `files/` with what lies outside the database (keys, roots
of the record).
"""
