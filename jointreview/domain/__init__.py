"""The rules, pure Python: no database, no framework, no clock of its own (time is passed in)."""
