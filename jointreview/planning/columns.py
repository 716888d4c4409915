"""Columns of the master problem: a set of stops on a session with a pattern of crew, many at a time as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jointreview.planning.problem import Array, Problem


@dataclass
class Columns:
    """Parallel arrays; `stops` is padded with -1 to the largest number of stops."""

    stops: Array  # (N, max_stops) int16
    session: Array  # (N,) int16
    pattern: Array  # (N,) int32
    minutes: Array  # (N,) int16

    def __len__(self) -> int:
        return len(self.session)

    @staticmethod
    def none(width: int) -> Columns:
        """No columns."""
        return Columns(
            np.zeros((0, width), np.int16), np.zeros(0, np.int16), np.zeros(0, np.int32), np.zeros(0, np.int16)
        )

    @staticmethod
    def joined(parts: list[Columns]) -> Columns:
        """All columns of the parts, in order."""
        return Columns(
            *(np.concatenate([getattr(p, f) for p in parts]) for f in ("stops", "session", "pattern", "minutes"))
        )

    def take(self, which: Array) -> Columns:
        """The columns at these places."""
        return Columns(self.stops[which], self.session[which], self.pattern[which], self.minutes[which])

    def keys(self) -> list[bytes]:
        """One key for each column, equal for equal columns."""
        table = np.concatenate(
            [self.stops.astype(np.int32), self.session[:, None].astype(np.int32), self.pattern[:, None]], axis=1
        )
        raw = np.ascontiguousarray(table, dtype=np.int32)
        size = raw.shape[1] * 4
        data = raw.tobytes()
        return [data[i : i + size] for i in range(0, len(data), size)]

    def members(self, n: int) -> Array:
        """(N, n) booleans: which requests each column visits."""
        table = np.zeros((len(self), n + 1), dtype=bool)
        table[np.arange(len(self))[:, None], self.stops] = True  # -1 falls into the spare last place
        return table[:, :n]

    def costs(self, problem: Problem) -> Array:
        """What each column adds to the objective."""
        codes = np.array(problem.codes.pattern_code, dtype=np.int64)
        return problem.codes.base_cost()[codes[self.pattern]] + self.minutes


def padded(stops: Array, width: int) -> Array:
    """Rows of stops widened with -1."""
    out = np.full((len(stops), width), -1, dtype=np.int16)
    out[:, : stops.shape[1]] = stops
    return out
