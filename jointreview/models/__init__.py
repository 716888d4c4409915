"""SQLModel tables, one file per aggregate; importing this package registers them all."""

from jointreview.models import case, event, identity, outcome, project, review, visit

__all__ = ["case", "event", "identity", "outcome", "project", "review", "visit"]
