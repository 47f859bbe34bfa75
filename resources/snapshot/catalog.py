"""Which tables of a snapshot are read, and why the others are not. Pure: opens and reads nothing.

A table goes by its canonical name; the deployment's own name for it is an alias. What Convex keeps for itself is
internal, a table without an alias is unknown, and a known table that lost to another namespace is unused.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resources.snapshot.container import Entry
from resources.snapshot.names import DOCUMENTS, Place, listed, place_of, shown

ROOT = ""


@dataclass(frozen=True)
class Unused:
    """A known table that is not read: its name as found, its canonical name, and the reason."""

    name: str
    canonical: str
    reason: str


@dataclass(frozen=True)
class Catalog:
    """The tables of a snapshot: the entries to read by canonical name, and all the names that are not read."""

    read: Mapping[str, Sequence[Entry]]
    unused: Sequence[Unused]
    unknown: Sequence[str]
    internal: Sequence[str]


def catalog_of(entries: Sequence[Entry], aliases: Mapping[str, str]) -> Catalog:
    """Sort the document entries into tables; ValueError says why they are no snapshot of a known app."""
    known: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    unknown: dict[str, None] = {}
    internal: dict[str, None] = {}
    seen: dict[Place, Entry] = {}
    for entry in entries:
        place = place_of(entry.path)
        if entry.path.rpartition("/")[2] != DOCUMENTS:
            continue
        if place.is_internal:
            internal[place.label] = None
        elif place.table not in aliases:
            unknown[place.label] = None
        elif (twin := seen.setdefault(place, entry)) is not entry:
            raise ValueError(f"table {shown(place.label)} stands in {shown(twin.path)} and in {shown(entry.path)}")
        else:
            known[aliases[place.table]][place.component].append(entry)
    read, unused = _choose(known)
    if not read:
        raise ValueError(_nothing_to_read(unused, list(unknown)))
    return Catalog(read, unused, tuple(unknown), tuple(internal))


def _choose(known: Mapping[str, Mapping[str, list[Entry]]]) -> tuple[dict[str, list[Entry]], list[Unused]]:
    """Give each table to one namespace: the root's if it has it, else the only component's, else none."""
    read: dict[str, list[Entry]] = {}
    unused: list[Unused] = []
    for canonical, by_component in sorted(known.items()):
        if ROOT in by_component:
            winner, reason = ROOT, "the table of the same name outside the components is read"
        elif len(by_component) == 1:
            (winner,), reason = by_component, ""
        else:
            winner, reason = None, f"ambiguous: the components {listed(sorted(by_component))} all have it"
        for component, entries in sorted(by_component.items()):
            if component == winner:
                read[canonical] = entries
            else:
                unused += [Unused(place_of(entry.path).label, canonical, reason) for entry in entries]
    return read, unused


def _nothing_to_read(unused: Sequence[Unused], unknown: Sequence[str]) -> str:
    if unused:
        return f"all its known tables are ambiguous ({listed([table.name for table in unused])})"
    return f"not a snapshot of a known app; its tables are: {listed(unknown) or 'none'}"
