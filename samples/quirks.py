"""Every quirk of the demo: what it is, where it stands at scale 1, and what the warehouse should make of it.

Belongs here: the catalogue, for people and for the tests that look each one up in the output. None of these is an
inconsistency: the demo quarantines, counts and warns, and loads the rest.
"""

from typing import NamedTuple


class Quirk(NamedTuple):
    """One quirk."""

    name: str
    where: str
    outcome: str


SNAPSHOT = (
    Quirk("unknown table", "notifications", "listed, not loaded"),
    Quirk("component", "_components/rankingsAggregate/btree", "left alone or listed, not loaded"),
    Quirk("identical copy of a document", "users", "one loaded, one counted as a duplicate"),
    Quirk("two documents of one id that differ", "userProgress", "the first loaded, the later one quarantined"),
    Quirk("line that is not JSON", "userProgress", "quarantined"),
    Quirk("line that is no object", "userProgress", "quarantined"),
    Quirk("line that is not UTF-8", "users", "quarantined, its bytes escaped"),
    Quirk("document without id", "module", "quarantined"),
    Quirk("document of a wrong type", "users, module, userProgress, exams", "quarantined"),
    Quirk("NaN where a time is meant", "userProgress.lastAttemptAt", "quarantined"),
    Quirk("NaN where nothing depends on it", "class.metadata", "loaded"),
    Quirk("negative zero", "class.order", "loaded as zero"),
    Quirk("bytes and infinities", "notifications", "listed, not loaded"),
    Quirk("fraction of a millisecond", "_creationTime everywhere", "loaded"),
)

PROGRESS = (
    Quirk("cohort id that is no partition key", "cohort", "quarantined"),
    Quirk("user of the refused cohort", "users", "loaded, in the partition `unassigned`"),
    Quirk("cohort names to search", "cohort, school: accents, İ, ß, a case pair, an empty name", "found by lower case"),
    Quirk("user names of all kinds", "users: accents, İ, ß, a case pair, an empty name", "loaded"),
    Quirk("cohort of a lost school", "cohort", "school name 'Unknown'"),
    Quirk("soft-deleted user", "users", "no statistics"),
    Quirk("user deleted at the epoch", "users: deletedAt 0.0", "deleted, no statistics"),
    Quirk("user without cohort", "users", "no statistics"),
    Quirk("user who moved", "users: progress stays in the old cohort's classes", "statistics of the new cohort only"),
    Quirk("soft-deleted rows that count", "cohort, class, module, question, userProgress", "counted; WARN"),
    Quirk("stale upstream statistics", "cohort.stats, users.progressStats", "ignored"),
    Quirk("cohort without class", "cohort: the one with an empty name", "zero questions"),
    Quirk("cohort without questions", "cohort: Ångström Reserve", "zero questions"),
    Quirk("cohort without students", "cohort: Alumni 2019", "an all-zero row of students"),
    Quirk("module without questionCount", "module", "counts as 0"),
    Quirk("drifted questionCount", "module", "the counter is used; WARN"),
    Quirk("more interacted than total", "users of Zeta 2026, whose counters are far too low", "reported, not capped"),
    Quirk("question without module", "question: moduleId absent or dangling", "loaded"),
    Quirk("progress of a lost class", "userProgress", "counts for no cohort; reported"),
    Quirk("progress of a lost user", "userProgress", "counts for nobody; reported"),
    Quirk("progress of a lost question", "userProgress", "counts; reported"),
    Quirk("progress in a foreign class", "userProgress of users who moved or have no classes", "not counted"),
    Quirk("repeated progress row", "userProgress: same user and question", "counts twice; reported"),
    Quirk("eliminated only", "userProgress", "interacted"),
    Quirk("neither selected nor eliminated", "userProgress", "not interacted"),
    Quirk("no time of last attempt", "userProgress: absent or 0.0", "no activity"),
)

EXAMS = (
    Quirk("participation without status", "exams of the oldest era", "completed, marked as inferred"),
    Quirk("participation in progress", "exams", "completedAt 0 is null"),
    Quirk("automatic submission", "exams of the newest era", "done"),
    Quirk("pause fields", "exams with a pause", "loaded"),
    Quirk("user twice in an exam", "exams, the second exam", "the first wins, the later one quarantined"),
    Quirk("entry without answers", "exams", "loaded with none; reported"),
    Quirk("answers in progress", "exams: inProgressAnswers", "loaded"),
    Quirk("entry of a lost user", "exams", "loaded; reported"),
    Quirk("answer to a lost question", "exams", "loaded; reported"),
    Quirk("entry without score", "exams", "loaded as null; reported"),
    Quirk("completion outside the window", "exams", "loaded; WARN"),
    Quirk("entry without user", "exams, the ninth exam", "quarantined; the exam's others load"),
    Quirk("score in words", "exams, the ninth exam", "quarantined"),
    Quirk("score NaN", "exams, the ninth exam", "quarantined"),
    Quirk("answers in words", "exams, the ninth exam", "quarantined"),
    Quirk("entry that is no object", "exams, the ninth exam", "quarantined"),
    Quirk("fractional score", "exams", "loaded as it is"),
    Quirk("exam without participants", "exams: the key is absent", "what v2 has stays"),
    Quirk("exam with an empty list", "exams", "loaded"),
    Quirk("exam in the future", "exams", "available, nobody has taken it"),
    Quirk("exam without questions", "exams", "scores 0"),
    Quirk("user allowed twice", "exams.allowedParticipants", "listed once"),
    Quirk("participant who was not allowed", "exams", "loaded"),
    Quirk("participation only in v2", "examParticipations", "kept and loaded"),
    Quirk("equal participation in both", "examParticipations", "counted as a duplicate"),
    Quirk("later participation in v2", "examParticipations", "v2 wins; the loser quarantined as `conflict`"),
    Quirk("earlier participation in v2", "examParticipations", "v1 wins; the loser quarantined as `conflict`"),
    Quirk("tie with another score", "examParticipations", "v1 wins; the loser quarantined as `conflict`"),
    Quirk("tie with an answer less", "examParticipations, examAnswers", "v1 wins; the loser quarantined as `conflict`"),
    Quirk("tie with an inferred status", "examParticipations", "v1 wins; the loser quarantined as `conflict`"),
    Quirk("answer of a lost participation", "examAnswers", "quarantined as `orphan`"),
    Quirk("two rows of a pair in v2", "examParticipations", "the earlier created stays; the loser quarantined"),
)

TOPICS = (
    Quirk("two preference rows of a student", "preferences", "the later one wins"),
    Quirk("topic named twice", "preferences", "the first place wins, the rest renumbered; reported"),
    Quirk("inactive topic in an order", "preferences", "left out; reported as an orphan"),
    Quirk("topic of another semester", "preferences", "left out; reported as an orphan"),
    Quirk("lost topic in an order", "preferences", "left out; reported as an orphan"),
    Quirk("empty order", "preferences", "no rankings"),
    Quirk("order of a wrong type", "preferences", "quarantined"),
    Quirk("position not whole", "rankingEvents: 2.5", "quarantined"),
    Quirk("position NaN", "rankingEvents", "quarantined"),
    Quirk("position negative", "rankingEvents", "quarantined"),
    Quirk("unknown action", "rankingEvents", "quarantined"),
    Quirk("event without topic", "rankingEvents", "quarantined"),
    Quirk("log shorter than the order", "rankingEvents", "the backfill appends the difference"),
    Quirk("few ranked of many", "preferences of 2026-autumn", "categories bunch; WARN"),
    Quirk("assignment outside the order", "assignments: originalRank absent", "loaded"),
)

PRACTICE = (
    Quirk("repeated attempt", "attempts: another id, same user, time, exercise, answer", "one loaded, one a duplicate"),
    Quirk("attempt without exercise", "attempts: exercise_id null", "counts overall and as unknown"),
    Quirk("attempt at an unknown exercise", "attempts", "counts overall and as unknown"),
    Quirk("attempt at an inactive exercise", "attempts, exercises", "counts under its own type"),
    Quirk("exercise without tense", "exercises", "goes by its type"),
    Quirk("attempt without score", "attempts", "left out of the average"),
    Quirk("attempt after the instant", "attempts", "counts overall, not in streaks; reported"),
    Quirk("attempt of an unknown user", "attempts", "loaded"),
    Quirk("attempt with an unreadable time", "attempts", "quarantined"),
    Quirk("session left open", "sessions", "loaded"),
)

LEGACY = (
    Quirk("LF and CRLF files", "legacy_progress", "read alike"),
    Quirk("times with and without fraction", "legacy_progress", "read alike"),
    Quirk("both forms of file name", "legacy_progress: attempts_N, attempts_user_N", "user N"),
    Quirk("entry without score or verdict", "attempts_3.json", "score 0, not correct"),
    Quirk("entries appended twice", "attempts_4.json", "one loaded, one a duplicate"),
    Quirk("real retry", "attempts_user_5.json: a second later", "both loaded"),
    Quirk("attempts that the snapshot has too", "attempts_6.json", "loaded once"),
    Quirk("empty array", "attempts_8.json", "nothing to load"),
    Quirk("truncated file", "attempts_9002.json", "quarantined; the others load"),
    Quirk("file of an unknown user", "attempts_9001.json", "loaded"),
    Quirk("legacy id with a known username", "attempts_user_7_testuser_1759885562.json", "the user with the id 107"),
    Quirk("legacy id with an unknown username", "attempts_user_9_testuser_1760000001.json", "quarantined"),
    Quirk("invalid user ids", "attempts_0, attempts_-3, attempts_+7, attempts_", "quarantined"),
    Quirk("user id with blanks", "'attempts_ 21 .json'", "user 21"),
    Quirk("global streaks", "streaks.json", "nobody's; serves reconciliation only"),
)

WATCH = (
    Quirk("raw time with a zone's name", "watch_events", "read"),
    Quirk("day-first time", "watch_events, HTML", "null where it cannot be read surely; counted"),
    Quirk("year out of range", "watch_events, HTML", "null; counted"),
    Quirk("no time", "watch_events, JSON", "null; counted"),
    Quirk("time as a number", "watch_events.watchedAt", "epoch milliseconds"),
    Quirk("time infinite", "watch_events.watchedAt", "quarantined"),
    Quirk("event of nobody", "watch_events", "quarantined"),
    Quirk("topics of a wrong type", "watch_events", "quarantined"),
    Quirk("NUL character in a title", "watch_events", "quarantined"),
    Quirk("given topics, also none", "watch_events.topics", "kept"),
    Quirk("no title", "watch_events", "'Unknown Video'"),
    Quirk("no channel", "watch_events", "null, no channel"),
    Quirk("product in lower case", "watch_events", "YouTube Music"),
    Quirk("wrong stored date parts", "watch_events: year 1999 everywhere", "recomputed"),
    Quirk("repeated event", "watch_events", "loaded once"),
    Quirk("heavy viewer", "watch_events: more than 200 records", "combinations computed ahead"),
    Quirk("localized prefix", "5.json", "removed from the title"),
    Quirk("removed video", "JSON: no subtitles", "loaded without channel"),
    Quirk("advertisement", "JSON: From Google Ads", "loaded as an advertisement"),
    Quirk("listened to", "JSON, HTML", "loaded"),
    Quirk("repeated record", "JSON, HTML", "loaded once"),
    Quirk("non-breaking spaces", "HTML, JSON: U+00A0, U+202F", "read as spaces"),
    Quirk("record without channel before one with", "HTML", "null, not the next record's"),
    Quirk("escaped text", "HTML: &amp; and &lt; in a title", "unescaped"),
    Quirk("viewed ads", "HTML: Viewed Ads On YouTube", "dropped"),
    Quirk("localized month", "HTML: 15 août 2025", "null; counted"),
    Quirk("history of an unknown user", "somebody-else.json", "loaded, in the partition `unassigned`"),
    Quirk("history by integer id", "5.json", "the user with the id 5"),
    Quirk("truncated history", "JSON", "quarantined; the others load"),
    Quirk("history in a folder", "<user_id>/watch-history.json, .html", "as the flat file"),
)

QUIRKS = SNAPSHOT + PROGRESS + EXAMS + TOPICS + PRACTICE + LEGACY + WATCH
