"""Writing to a disk that may be full."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator

from jointreview.domain.problems import refuse

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextlib.contextmanager
def saying_when_full() -> Iterator[None]:
    """A full disk becomes Refused(files.no_space, kind state)."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise refuse("files.no_space", kind="state") from error
        raise
