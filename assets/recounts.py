"""What is stored beside what a recount finds, for every part that has a second opinion. Pure: frames in, rows out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from assets.verdict import SHOWN, Verdict


def disagreements(stored: pd.DataFrame, recounted: pd.DataFrame) -> pd.DataFrame:
    """Rows that are missing, surplus or different."""
    both = stored.merge(recounted, how="outer", left_index=True, right_index=True, suffixes=("_stored", "_recounted"))
    pairs = [(both[f"{name}_stored"], both[f"{name}_recounted"]) for name in recounted.columns]
    same = [(one == other) | (one.isna() & other.isna()) for one, other in pairs]
    known = both.index.isin(stored.index) & both.index.isin(recounted.index)
    return both[~(pd.concat(same, axis=1).all(axis=1) & known)]


def cells(wrong: pd.DataFrame, columns: list[str]) -> list[dict[str, object]]:
    """The cells that differ, one a line; of a row that is missing on one side, all of them."""
    # With one side missing, whole numbers would show as fractions.
    shown = wrong.head(SHOWN).convert_dtypes().astype(object)
    shown = shown.where(shown.notna(), None)
    return [
        {
            "key": " / ".join(str(part) for part in (key if isinstance(key, tuple) else (key,))),
            "column": name,
            "stored": stored,
            "recounted": recounted,
        }
        for key, row in shown.iterrows()
        for name in columns
        if (stored := row[f"{name}_stored"]) != (recounted := row[f"{name}_recounted"])
    ][:SHOWN]


def together(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdicts on parts as one."""
    counts = Counter[str]()
    for one in verdicts:
        counts.update(one.counts)
    return replace(
        verdicts[0],
        passed=all(one.passed for one in verdicts),
        counts=counts,
        sample=[cell for one in verdicts for cell in one.sample][:SHOWN],
        concerned=sorted({key for one in verdicts for key in one.concerned}),
    )
