"""What users watched: the snapshot's own `watch_events`."""

from collections.abc import Callable
from typing import NamedTuple

from samples.convex import ABSENT, INFINITY, encode
from samples.plan import DAY, HOUR, MINUTE, SECOND, Plan
from samples.practice import naive
from samples.school import Writer
from samples.seeds import turn

CHANNELS = ("Tech Today", "Money Talks", "GameZone", "JazzFM", "Chef Ana", "News 24", "Ünïcode Kanal", "Random Guy")
TITLES = (
    "python tutorial", "stock market basics", "election night live", "Minecraft speedrun", "NBA finals recap",
    "rocket science explained", "pasta recipe in ten minutes", "Tokyo travel vlog", "jazz album review",
    "math lecture on limits", "my cat", "what???", "café crème", "documentary on history",
    "Q&A <with a chef>",
)  # fmt: skip
# A few users watch enough to have every combination computed ahead.
HEAVY, LIGHT = 3, 60
PER_SITTING = 5


class Watched(NamedTuple):
    """One video watched by somebody."""

    at: int
    video: str
    title: str
    channel: str
    music: bool


def watched(plan: Plan, table: str, user: int, place: int) -> Watched:
    """What a user watched at a place of their history: sittings of five videos, some minutes apart."""
    sitting = plan.draw(f"{table} sitting", user * 1_000_000 + place // PER_SITTING)
    draw = plan.draw(table, user * 1_000_000 + place)
    began = plan.as_of - sitting.between(2 * HOUR, 480 * DAY)
    at = began + place % PER_SITTING * 12 * MINUTE + draw.below(8 * 60) * SECOND + draw.below(1000)
    video = draw.below(400)
    title = TITLES[video % len(TITLES)] + (f" part {video // 14}" if video % 3 else "")
    return Watched(at, f"vid{video:08d}", title, CHANNELS[video % len(CHANNELS)], music=draw.chance(15))


def viewer(index: int) -> tuple[int, int]:
    """Whose event a row is, and which of theirs: every second row is a heavy viewer's."""
    half, place = index % 2, index // 2
    return (place % HEAVY, place // HEAVY) if half else (HEAVY + place % LIGHT, place // LIGHT)


def iso(ms: int) -> str:
    """An instant with milliseconds and its zone."""
    return f"{naive(ms)}.{ms % 1000:03d}Z"


def base(plan: Plan, index: int) -> dict[str, object]:
    """An event as most are stored, with date parts that a reader recomputes."""
    user, place = viewer(index)
    seen = watched(plan, "watch_events", user, place)
    return {
        "_id": plan.id("watch_events", index),
        "_creationTime": plan.as_of - HOUR + index * 0.25,
        "userId": plan.id("users", user * 7 % plan.regular["users"]),
        "id": f"rec-{index}",
        "watchedAt": iso(seen.at),
        "videoId": seen.video,
        "videoTitle": seen.title,
        "videoUrl": f"https://youtube.test/watch?v={seen.video}",
        "channelTitle": seen.channel,
        "channelUrl": f"https://youtube.test/channel/{seen.channel.split()[0]}",
        "product": "YouTube Music" if seen.music else "YouTube",
        "year": 1999.0,
        "month": 1.0,
        "week": 1.0,
        "dayOfWeek": 0.0,
        "hour": 12.0,
    }


def raw_time(time: str) -> dict[str, object]:
    """The fields of an event that has only the text of a time."""
    return {"watchedAt": ABSENT, "rawTimestamp": time}


# Every thirtieth event or so is unlike the rest, each turn in its own way.
TURN = 31
VARIANTS: tuple[dict[str, object], ...] = (
    raw_time("Aug 15, 2025, 11:04:01 AM CDT"),
    raw_time("Sep 20, 2025, 10:38:02\u202fPM UTC"),
    raw_time("05/06/2025, 10:00:00"),
    raw_time("27.10.2025, 14:06:30"),
    raw_time("Aug 15, 1999, 11:04:01 AM UTC"),
    raw_time("garbage"),
    {"watchedAt": ABSENT},
    {"watchedAt": None},
    {"videoTitle": ABSENT},
    {"channelTitle": ABSENT, "channelUrl": ABSENT},
    {"channelTitle": None, "channelUrl": None},
    {"topics": []},
    {"topics": ["Technology", "Music"]},
    {"product": "youtube music"},
    {"product": ABSENT, "id": ABSENT},
    {"videoId": None},
    {"videoId": ABSENT, "videoUrl": None},
)


def events(plan: Plan) -> Writer:
    """Documents of `watch_events`."""

    def line(index: int) -> str:
        fields = base(plan, index)
        if turn(index, TURN, 5):
            fields |= VARIANTS[index // TURN % len(VARIANTS)]
        elif turn(index, TURN, 11):
            fields["watchedAt"] = float(watched(plan, "watch_events", *viewer(index)).at)
        return encode(fields)

    return line


def odd_event(**fields: object) -> Callable[[Plan], str]:
    """An event outside the regular ones, with some fields replaced."""

    def line(plan: Plan) -> str:
        name = "/".join(sorted(fields))
        return encode(base(plan, 1) | {"_id": plan.id(f"watch_events {name}", 0)} | fields)

    return line


def seen_again(plan: Plan) -> str:
    """A record that repeats another's content under an id of its own."""
    return encode(base(plan, 0) | {"_id": plan.id("watch_events", -1), "id": "rec-again"})


by_nobody = odd_event(userId=ABSENT)
at_infinity = odd_event(watchedAt=INFINITY)
with_topics_in_words = odd_event(topics="all of them")
with_a_nul = odd_event(videoTitle="cut\0off")
