"""The trip planner: which requests share a car, on which half-day, with which officers.

`read_instance` makes an `Instance` of a JSON document or refuses it; `plan` answers with the best trips found, a
proven lower bound and a reason for every request left out. Knows no database and no page.
"""

from jointreview.planning.answer import as_json, explanation
from jointreview.planning.document import parse_document
from jointreview.planning.engine import plan
from jointreview.planning.instance import Instance
from jointreview.planning.outcome import Outcome, Progress
from jointreview.planning.reading import read_instance

__all__ = ["Instance", "Outcome", "Progress", "as_json", "explanation", "parse_document", "plan", "read_instance"]
