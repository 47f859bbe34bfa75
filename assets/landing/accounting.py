"""The verdict on a load's account: every document that was read ended somewhere, and is there. Pure."""

from collections.abc import Mapping
from typing import Any

from assets.verdict import Verdict

COUNTS = ("read", "loaded", "quarantined", "duplicates", "rows_present", "rows_quarantined")


def account_verdict(row: Mapping[str, Any] | None) -> Verdict:
    """Judge the newest finished load of a table; a table that never came has nothing to account for."""
    if row is None:
        return Verdict(passed=True, counts=dict.fromkeys(COUNTS, 0))
    counts = {name: int(row[name]) for name in COUNTS}
    wrong = []
    accounted = counts["loaded"] + counts["quarantined"] + counts["duplicates"]
    if counts["read"] != accounted:
        wrong.append(_difference("documents accounted for", counts["read"], accounted))
    if counts["loaded"] != counts["rows_present"]:
        wrong.append(_difference("rows in the landing table", counts["loaded"], counts["rows_present"]))
    if counts["quarantined"] != counts["rows_quarantined"]:
        wrong.append(_difference("rows in the quarantine", counts["quarantined"], counts["rows_quarantined"]))
    return Verdict(passed=not wrong, counts=counts, sample=wrong)


def _difference(what: str, expected: int, found: int) -> dict[str, object]:
    return {"what": what, "expected": expected, "found": found}
