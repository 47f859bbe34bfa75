"""The limits on what a snapshot may hold, as the environment sets them."""

from dataclasses import replace

from resources.settings import Settings
from resources.snapshot.container import DEFAULT_LIMITS, Limits


def limits(settings: Settings) -> Limits:
    """The usual limits, save those that the environment names."""
    given = {
        "max_line_bytes": settings.snapshot_max_line_bytes,
        "max_ratio": settings.snapshot_max_ratio,
        "max_total_bytes": settings.snapshot_max_total_bytes,
    }
    return replace(DEFAULT_LIMITS, **{name: value for name, value in given.items() if value is not None})
