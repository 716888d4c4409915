"""The command line, one file per command.

A command module has `NAME`, `HELP`, `arguments(parser)` and `run(args) -> int`. `run` returns the exit status:
0, or 1 after printing a message on standard error.
"""
