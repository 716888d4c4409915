"""The workspace of a case: header, map, panels, and the acts of every role."""
