"""The picture of the lineage, drawn from the definitions: `make lineage` writes `docs/lineage.svg`.

Belongs here: where boxes and arrows go. Does not: what they stand for; that is read off the definitions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import dagster as dg

from pipelines.definitions import build_definitions
from resources.settings import PROJECT

PICTURE = PROJECT / "docs" / "lineage.svg"

BOX_WIDTH, BOX_HEIGHT, ROW, COLUMN = 190, 20, 26, 270
MARGIN, TITLE = 16, 26
SVG = 'font-family="sans-serif" font-size="12" role="img"'
COLOURS = ("#e8f0fe", "#e6f4ea", "#fef7e0", "#fce8e6", "#f3e8fd", "#e0f7fa", "#f1f3f4")


@dataclass(frozen=True)
class Asset:
    """What is drawn of an asset."""

    name: str
    group: str
    depends_on: Sequence[str]


@dataclass(frozen=True)
class Place:
    """Where a box stands: its left upper corner."""

    x: int
    y: int


def assets_of(definitions: dg.Definitions) -> list[Asset]:
    """Every asset, with what it is made from."""
    return [
        Asset(
            spec.key.to_user_string(),
            spec.group_name or "",
            [dep.asset_key.to_user_string() for dep in spec.deps],
        )
        for spec in sorted(definitions.resolve_all_asset_specs(), key=lambda spec: spec.key.to_user_string())
    ]


def depths(assets: Iterable[Asset]) -> dict[str, int]:
    """How many steps each asset is from what it is made from."""
    by_name = {asset.name: asset for asset in assets}
    found: dict[str, int] = {}

    def depth(name: str) -> int:
        if name not in found:
            known = [above for above in by_name[name].depends_on if above in by_name]
            found[name] = 1 + max(map(depth, known), default=-1)
        return found[name]

    for name in by_name:
        depth(name)
    return found


def places(assets: Sequence[Asset]) -> tuple[dict[str, Place], dict[str, tuple[Place, Place]]]:
    """Boxes in columns by depth, those of a group together; and the frame of each group."""
    depth = depths(assets)
    boxes: dict[str, Place] = {}
    frames: dict[str, tuple[Place, Place]] = {}
    below: dict[int, int] = {}
    for group in sorted({asset.group for asset in assets}, key=lambda name: _first(name, assets, depth)):
        members = [asset.name for asset in assets if asset.group == group]
        columns = sorted({depth[name] for name in members})
        top = max(below.get(column, MARGIN) for column in range(columns[0], columns[-1] + 1))
        rows = 0
        for column in columns:
            names = [name for name in members if depth[name] == column]
            rows = max(rows, len(names))
            for row, name in enumerate(names):
                boxes[name] = Place(2 * MARGIN + column * COLUMN, top + TITLE + row * ROW)
        bottom = top + TITLE + rows * ROW + MARGIN // 2
        right = 2 * MARGIN + columns[-1] * COLUMN + BOX_WIDTH + MARGIN
        frames[group] = (Place(MARGIN + columns[0] * COLUMN, top), Place(right, bottom))
        below |= dict.fromkeys(range(columns[0], columns[-1] + 1), bottom + MARGIN)
    return boxes, frames


def _first(group: str, assets: Iterable[Asset], depth: Mapping[str, int]) -> tuple[int, str]:
    return min(depth[asset.name] for asset in assets if asset.group == group), group


def draw(assets: Sequence[Asset]) -> str:
    """The lineage as SVG."""
    boxes, frames = places(assets)
    width = max(corner.x for _, corner in frames.values()) + MARGIN
    height = max(corner.y for _, corner in frames.values()) + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {_size(width, height)} {SVG}>',
        "<title>The lineage of Cohortline</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for (group, frame), colour in zip(frames.items(), COLOURS * len(frames), strict=False):
        parts += _frame(group, frame, colour)
    for asset in assets:
        parts += [_arrow(boxes[above], boxes[asset.name]) for above in asset.depends_on if above in boxes]
    for asset in assets:
        parts += _box(asset, boxes[asset.name])
    return "\n".join([*parts, "</svg>"]) + "\n"


def _frame(group: str, frame: tuple[Place, Place], colour: str) -> list[str]:
    first, last = frame
    return [
        f'<rect {_corner(first)} {_size(last.x - first.x, last.y - first.y)} rx="8" fill="{colour}" stroke="#9aa0a6"/>',
        f'<text x="{first.x + MARGIN}" y="{first.y + 18}" font-weight="bold" fill="#3c4043">{escape(group)}</text>',
    ]


def _box(asset: Asset, place: Place) -> list[str]:
    return [
        f'<rect {_corner(place)} {_size(BOX_WIDTH, BOX_HEIGHT)} rx="4" fill="#ffffff" stroke="#5f6368"/>',
        f'<text x="{place.x + 8}" y="{place.y + 14}" fill="#202124">{escape(asset.name.split("/")[-1])}</text>',
    ]


def _corner(place: Place) -> str:
    return f'x="{place.x}" y="{place.y}"'


def _size(width: int, height: int) -> str:
    return f'width="{width}" height="{height}"'


def _arrow(above: Place, below: Place) -> str:
    x, y = above.x + BOX_WIDTH, above.y + BOX_HEIGHT // 2
    to_x, to_y = below.x, below.y + BOX_HEIGHT // 2
    bend = (to_x - x) // 2
    return (
        f'<path d="M{x} {y} C{x + bend} {y} {to_x - bend} {to_y} {to_x} {to_y}" fill="none" stroke="#9aa0a6"'
        ' stroke-opacity="0.7"/>'
    )


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(draw(assets_of(build_definitions())), encoding="utf-8")


if __name__ == "__main__":
    main()
