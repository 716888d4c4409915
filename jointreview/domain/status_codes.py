"""The fifteen national status codes of an item's progress, used as they are so that export needs no table."""

from __future__ import annotations

from enum import IntEnum


class StatusCode(IntEnum):
    """What happened to a case (requirements §0 fact 2, exchange standard v3.0, BLZT)."""

    RECEIVED = 1  # 已接件
    RETRACTED = 2  # 已撤件
    ACCEPTED = 3  # 已受理
    NOT_TAKEN = 4  # 不受理
    ACCEPTANCE_REFUSED = 5  # 不予受理
    SUPPLEMENT_STARTED = 6  # 补正(开始)
    SUPPLEMENT_ENDED = 7  # 补正(结束)
    DEPARTMENT_STARTED = 8  # 部门开始办理
    SPECIAL_STARTED = 9  # 特别程序(开始)
    SPECIAL_ENDED = 10  # 特别程序(结束)
    PASSED = 11  # 办结(通过)
    PASSED_CONDITIONALLY = 12  # 办结(容缺通过)
    FAILED = 13  # 办结(不通过)
    WITHDRAWN = 14  # 撤回
    REVOKED = 15  # 撤销

    @property
    def text_key(self) -> str:
        """The key of the official name."""
        return f"clock.status_{self.value}"


ENDING = frozenset(
    {
        StatusCode.RETRACTED,
        StatusCode.NOT_TAKEN,
        StatusCode.ACCEPTANCE_REFUSED,
        StatusCode.PASSED,
        StatusCode.PASSED_CONDITIONALLY,
        StatusCode.FAILED,
        StatusCode.WITHDRAWN,
        StatusCode.REVOKED,
    }
)
"""The clock stops at the first of these (requirements §4.6)."""

CAN_BE_OVERDUE = frozenset({StatusCode.PASSED, StatusCode.PASSED_CONDITIONALLY})
"""Endings that may count as late; every other ending is never counted overdue (requirements §4.6)."""
