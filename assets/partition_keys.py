"""The one partition grammar: a cohort's id is its key, and `unassigned` stands for no cohort. Pure."""

UNASSIGNED = "unassigned"

# The orchestrator's range and list syntax would misread these, or it refuses them itself.
FORBIDDEN = (",", "|", "...", "\a", "\b", "\f", "\n", "\r", "\t", "\v", "\0")


def refusal(cohort_id: str) -> str | None:
    """Why a cohort's id cannot be a partition key; none where it can."""
    if cohort_id == UNASSIGNED:
        return f"'{UNASSIGNED}' is the key of those without a cohort"
    if not cohort_id.strip():
        return "the id is empty"
    if cohort_id != cohort_id.strip():
        return "the id begins or ends with white space"
    found = [mark for mark in FORBIDDEN if mark in cohort_id]
    return f"the id contains {found[0]!r}" if found else None
