"""Each quirk of the watch events and of the Takeout folder is really there."""

import itertools
import json
import re
from collections import Counter

import pytest

from samples.quirks import QUIRKS, WATCH

INFINITY = {"$float": "AAAAAAAA8H8="}


class Watch:
    """Watch events, Takeout records and pages."""

    def __init__(self, demo):
        self.events = demo.documents["watch_events"]
        self.files = demo.watch
        self.users = demo.index("users")
        self.integers = {user.get("id") for user in demo.documents["users"]}
        self.pages = [text for name, text in self.files.items() if name.endswith(".html")]
        self.archives = {name: read for name, text in self.files.items() if (read := records(name, text)) is not None}
        self.records = [record for held in self.archives.values() for record in held]

    def having(self, test):
        return [event for event in self.events if test(event)]

    def on_pages(self, pattern):
        return [match for page in self.pages for match in re.findall(pattern, page)]


def records(name, text):
    try:
        return json.loads(text) if name.endswith(".json") else None
    except ValueError:
        return None


@pytest.fixture(scope="module")
def watch(demo):
    return Watch(demo)


def cells(page):
    return page.removesuffix("</div></body></html>\n").split('<div class="outer-cell')[1:]


def followed(page):
    """Cells with one link, right before a cell with two."""
    links = [cell.count("<a ") for cell in cells(page)]
    return [pair for pair in itertools.pairwise(links) if pair == (1, 2)]


def content(event):
    return event.get("userId"), event.get("videoId"), str(event.get("watchedAt"))


FOUND = {
    "raw time with a zone's name": lambda watch: watch.having(lambda event: "CDT" in event.get("rawTimestamp", "")),
    "day-first time": lambda watch: (
        watch.having(lambda event: event.get("rawTimestamp") == "05/06/2025, 10:00:00")
        and watch.on_pages("05/06/2025, 10:00:00")
    ),
    "year out of range": lambda watch: (
        watch.having(lambda event: "1999" in event.get("rawTimestamp", "")) and watch.on_pages("Aug 15, 1999")
    ),
    "no time": lambda watch: (
        watch.having(lambda event: "watchedAt" not in event and "rawTimestamp" not in event)
        and [record for record in watch.records if "time" not in record]
    ),
    "time as a number": lambda watch: watch.having(lambda event: isinstance(event.get("watchedAt"), float)),
    "time infinite": lambda watch: watch.having(lambda event: event.get("watchedAt") == INFINITY),
    "NUL character in a title": lambda watch: watch.having(lambda event: "\0" in event.get("videoTitle", "")),
    "event of nobody": lambda watch: watch.having(lambda event: "userId" not in event),
    "topics of a wrong type": lambda watch: watch.having(lambda event: isinstance(event.get("topics"), str)),
    "given topics, also none": lambda watch: (
        watch.having(lambda event: event.get("topics") == [])
        and watch.having(lambda event: event.get("topics") == ["Technology", "Music"])
    ),
    "no title": lambda watch: watch.having(lambda event: "videoTitle" not in event),
    "no channel": lambda watch: watch.having(lambda event: event.get("channelTitle") is None),
    "product in lower case": lambda watch: watch.having(lambda event: event.get("product") == "youtube music"),
    "wrong stored date parts": lambda watch: watch.having(
        lambda event: event["year"] == 1999.0 and "2025" in str(event.get("watchedAt"))
    ),
    "repeated event": lambda watch: [pair for pair, count in Counter(map(content, watch.events)).items() if count > 1],
    "heavy viewer": lambda watch: (
        [user for user, count in Counter(event.get("userId") for event in watch.events).items() if user and count > 200]
    ),
    "localized prefix": lambda watch: (
        len({record["title"].split()[0] for record in watch.archives["5.json"]} & {"Watched", "Vous", "Has", "Hai"})
        == 4
    ),
    "removed video": lambda watch: [record for record in watch.records if "subtitles" not in record],
    "advertisement": lambda watch: [
        record for record in watch.records if record.get("details") == [{"name": "From Google Ads"}]
    ],
    "listened to": lambda watch: (
        [record for record in watch.records if record["title"].startswith("Listened to ")]
        and watch.on_pages("Listened to")
    ),
    "repeated record": lambda watch: (
        all(
            max(Counter(map(json.dumps, held)).values()) == 2
            for name, held in watch.archives.items()
            if name != "5.json"
        )
        and all(max(Counter(cells(page)).values()) == 2 for page in watch.pages)
    ),
    "escaped text": lambda watch: watch.on_pages("Q&amp;A &lt;with a chef&gt;"),
    "non-breaking spaces": lambda watch: (
        watch.on_pages("\u00a0")
        and watch.on_pages("\u202f[AP]M")
        and [record for record in watch.records if "\u00a0" in record["title"]]
    ),
    "record without channel before one with": lambda watch: all(followed(page) for page in watch.pages),
    "viewed ads": lambda watch: watch.on_pages("Viewed Ads On YouTube"),
    "localized month": lambda watch: watch.on_pages("15 août 2025"),
    "history of an unknown user": lambda watch: (
        "somebody-else" not in watch.users and watch.files["somebody-else.json"]
    ),
    "history by integer id": lambda watch: 5 in watch.integers and "5.json" in watch.archives,
    "truncated history": lambda watch: (
        len([name for name in watch.files if name.endswith(".json") and name not in watch.archives]) == 1
    ),
    "history in a folder": lambda watch: (
        {name.partition("/")[2] for name in watch.files} >= {"watch-history.json", "watch-history.html"}
    ),
}


@pytest.mark.parametrize("quirk", WATCH, ids=lambda quirk: quirk.name)
def test_the_quirk_of_the_watch_history_is_there(watch, quirk):
    assert FOUND[quirk.name](watch)


def test_histories_are_of_users_save_one(watch):
    owners = {name.split("/")[0].split(".")[0] for name in watch.files}
    assert owners - set(watch.users) == {"5", "somebody-else"}


def test_every_quirk_has_a_name_of_its_own():
    assert len({quirk.name for quirk in QUIRKS}) == len(QUIRKS)
