"""The watch-history folder: one Takeout archive for each user, as JSON or as HTML, flat or in a folder."""

import html
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from samples.plan import MINUTE, Plan
from samples.practice import EPOCH
from samples.watch import Watched, iso, watched

BASE_FILES = 6
RECORDS = 60
MANY = 240
NOON = 12
# Histories of nobody else in the folder.
LOCALIZED, STRANGER = 900_000, 900_001
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PREFIXES = ("Watched ", "Watched ", "Watched ", "Vous avez regardé ", "Has visto ", "Hai guardato ", "Assistiu a ")

Record = dict[str, object]

NBSP, NARROW = "\u00a0", "\u202f"
CENTRAL_SUMMER = -5 * 60 * MINUTE

ADVERTISEMENT: Record = {"details": [{"name": "From Google Ads"}]}

HEAD = "<!DOCTYPE html><html><head><title>My Activity History</title></head><body>"
PAGE = HEAD + '<div class="mdl-grid">{}</div></body></html>\n'
CELL = (
    '<div class="outer-cell mdl-cell mdl-cell--12-col mdl-shadow--2dp"><div class="mdl-grid">'
    '<div class="header-cell mdl-cell mdl-cell--12-col"><p class="mdl-typography--title">{product}<br></p></div>'
    '<div class="content-cell mdl-cell mdl-cell--6-col mdl-typography--body-1">{body}</div>'
    '<div class="content-cell mdl-cell mdl-cell--6-col mdl-typography--body-1 mdl-typography--text-right"></div>'
    '<div class="content-cell mdl-cell mdl-cell--12-col mdl-typography--caption">'
    "<b>Products:</b><br>&emsp;{product}<br>{extra}</div></div></div>"
)


def product(seen: Watched) -> str:
    """The product's name."""
    return "YouTube Music" if seen.music else "YouTube"


def record(seen: Watched, prefix: str) -> Record:
    """An entry of watch-history.json."""
    return {
        "header": product(seen),
        "title": prefix + seen.title,
        "titleUrl": f"https://www.youtube.test/watch?v={seen.video}",
        "subtitles": [{"name": seen.channel, "url": f"https://www.youtube.test/channel/{seen.channel.split()[0]}"}],
        "time": iso(seen.at),
        "products": [product(seen)],
        "activityControls": ["Watch history"],
    }


def without(whole: Record, *names: str) -> Record:
    """The record without some keys."""
    return {name: value for name, value in whole.items() if name not in names}


def records(plan: Plan, viewer: int, count: int) -> list[Record]:
    """A user's history, with the odd ones in fixed places."""
    history = [watched(plan, "takeout", viewer, place) for place in range(count)]
    prefix = PREFIXES[viewer % len(PREFIXES)]
    made = [record(seen, prefix) for seen in history]
    removed = without(made[3], "subtitles") | {"title": prefix + str(made[3]["titleUrl"])}
    made[3] = removed
    made[7] |= ADVERTISEMENT
    made[9] = without(made[9], "subtitles", "titleUrl") | {"title": "Watched a video that has been removed"}
    made[11] |= {"title": "Listened to " + history[11].title, "header": "YouTube Music", "products": ["YouTube Music"]}
    made[13] |= {"title": f"Watched{NBSP}" + history[13].title}
    made[15] = without(made[15], "time")
    return [*made, made[5], made[6]]


def clock(ms: int, space: str, zone: str) -> str:
    """An instant as the HTML archive prints it."""
    at = EPOCH + timedelta(milliseconds=ms + (CENTRAL_SUMMER if zone == "CDT" else 0))
    half = "AM" if at.hour < NOON else "PM"
    hour = (at.hour + 11) % 12 + 1
    return f"{MONTHS[at.month - 1]} {at.day}, {at.year}, {hour}:{at.minute:02d}:{at.second:02d}{space}{half} {zone}"


def anchor(url: str, text: str) -> str:
    """A link."""
    return f'<a href="{url}">{html.escape(text)}</a>'


def cell(seen: Watched, time: str, *, verb: str = "Watched", channel: bool = True, extra: str = "") -> str:
    """An entry of watch-history.html."""
    lines = [f"{verb}{NBSP}{anchor(f'https://www.youtube.test/watch?v={seen.video}', seen.title)}"]
    if channel:
        lines.append(anchor(f"https://www.youtube.test/channel/{seen.channel.split()[0]}", seen.channel))
    body = "".join(f"{line}<br>" for line in [*lines, time])
    return CELL.format(product=product(seen), body=body, extra=extra)


def page(plan: Plan, viewer: int, count: int) -> str:
    """A user's history as HTML, with the odd ones in fixed places."""
    history = [watched(plan, "takeout", viewer, place) for place in range(count)]
    zone = "CDT" if viewer % 2 else "UTC"
    space = (" ", NARROW, NBSP)
    cells = [cell(seen, clock(seen.at, space[place % 3], zone)) for place, seen in enumerate(history)]
    times = [clock(seen.at, NARROW, zone) for seen in history]
    # No channel, and the very next record has one that must not be taken for it.
    cells[2] = cell(history[2], times[2], channel=False)
    cells[5] = cell(history[5], times[5], verb="Listened to")
    cells[7] = cell(history[7], times[7], extra="<b>Details:</b><br>&emsp;From Google Ads<br>")
    cells[8] = CELL.format(product="YouTube", body=f"Viewed Ads On YouTube Homepage<br>{times[8]}<br>", extra="")
    cells[10] = cell(history[10], "05/06/2025, 10:00:00")
    cells[11] = cell(history[11], "15 août 2025, 11:04:01 CEST")
    cells[12] = cell(history[12], "Aug 15, 1999, 11:04:01 AM UTC")
    return PAGE.format("".join([*cells, cells[4]]))


def user_name(plan: Plan, viewer: int) -> str:
    """The user id in a file's name."""
    return plan.id("users", (viewer * 11 + 1) % plan.regular["users"])


def as_json(held: list[Record]) -> str:
    """Records as watch-history.json."""
    return json.dumps(held, ensure_ascii=False, indent=1) + "\n"


def files(plan: Plan, count: int) -> Iterator[tuple[str, str]]:
    """Every file of the folder as path and text, one at a time."""
    for viewer in range(count):
        name = user_name(plan, viewer)
        path = (f"{name}.json", f"{name}.html", f"{name}/watch-history.json", f"{name}/watch-history.html")[viewer % 4]
        number = MANY if viewer == 0 else RECORDS
        yield path, page(plan, viewer, number) if viewer % 2 else as_json(records(plan, viewer, number))
    localized = [record(watched(plan, "takeout", LOCALIZED, place), PREFIXES[place % 7]) for place in range(21)]
    yield "5.json", as_json(localized)
    stranger = as_json(records(plan, STRANGER, 20))
    yield "somebody-else.json", stranger
    yield f"{user_name(plan, count + 1)}.json", stranger[: len(stranger) // 2]


def write(plan: Plan, folder: Path, scale: float) -> int:
    """Write the folder; answers how many files it holds."""
    folder.mkdir()
    number = 0
    for name, content in files(plan, max(4, round(BASE_FILES * scale))):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode())
        number += 1
    return number
