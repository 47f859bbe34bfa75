"""A data engineer's day in the UI: what there is, what it means, whether it is right, and making it anew."""

import re

import pytest
from playwright.sync_api import expect

from assets.verdict import RECOUNT
from pipelines.definitions import build_definitions
from pipelines.jobs import by_cohort, jobs, load_snapshot_job
from pipelines.lineage import assets_of
from pipelines.schedules import schedules
from pipelines.sensors import sensors
from resources.warehouse.schema import landing, stats

DEFINITIONS = build_definitions()
ASSETS = assets_of(DEFINITIONS)
ACCOUNTED_FOR = "every_document_read_is_accounted_for"
RUN = re.compile(r"^run [0-9a-f]{8}$")
# Between Dagster's turns over the backfills lies half a minute.
A_TURN = 90_000


def line(page, *cells):
    """The line of a table with just these cells."""
    return page.get_by_role("row", name=" ".join(map(str, cells)), exact=True)


def pick(page, partition):
    """Choose a partition of the list, which shows the middle of a long name as dots."""
    page.get_by_text(re.compile(f"^{partition[:8]}")).filter(visible=True).first.click()
    page.wait_for_url(f"**partition={partition}*")


def row_count(page):
    """The number of rows at the head of an asset's page, with its title."""
    return page.get_by_text("Row count", exact=True).locator("xpath=..")


@pytest.fixture
def cohorts(site):
    """The cohorts' ids, and how many active students each has."""
    return dict(site.ask("select cohort_id, total_students from stats.cohort_stats order by 1"))


@pytest.fixture
def choose(page):
    """Opens the dialog that materializes an asset, over a partition that was chosen on its page, or over all."""

    def go(asset, partition=None):
        page.goto(f"/assets/{asset}?view=partitions")
        if partition:
            pick(page, partition)
        page.get_by_text("Materialize…", exact=True).click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("Launch runs to materialize")).to_be_visible()
        if not partition:
            dialog.get_by_role("button", name="All", exact=True).click()
        return dialog

    return go


@pytest.fixture(scope="module")
def launched(site):
    """What was launched for the whole module."""
    return []


@pytest.fixture
def backfill(page, choose, photograph, launched):
    """The id of a backfill of every cohort, launched by the first test that asks: it takes its time."""
    if not launched:
        dialog = choose("user_progress_stats")
        expect(dialog.get_by_text("4 partitions")).to_be_visible()
        expect(dialog.get_by_text("Backfills all partitions in a single run.")).to_be_visible()
        photograph("the_dialog_for_every_cohort")
        dialog.get_by_text("Launch backfill", exact=True).click()
        said = page.get_by_text("Created backfill")
        expect(said).to_be_visible()
        launched.append(said.inner_text().split()[-1])
    return launched[0]


def test_the_code_location_is_loaded_and_every_daemon_runs(page):
    page.goto("/deployment/locations")
    expect(page.get_by_text("Loaded", exact=True)).to_be_visible()
    expect(page.get_by_text("pipelines.definitions").first).to_be_visible()
    page.get_by_text("Daemons", exact=True).click()
    for daemon in ("Scheduler", "Sensors", "Run queue", "Backfill"):
        expect(page.get_by_role("row", name=daemon)).to_contain_text("Running")


def test_every_cohort_at_once_is_offered_in_a_single_run_and_listed(page, backfill):
    page.goto("/runs")
    expect(page.get_by_role("link", name=backfill)).to_be_visible()
    expect(page.get_by_text("4 partitions")).to_be_visible()


def test_the_lineage_shows_each_group_each_asset_and_each_dependency(page):
    # Wide and high enough for the names, which Dagster leaves out where it has to draw everything small.
    page.set_viewport_size({"width": 3600, "height": 300 * len(ASSETS)})
    page.goto("/asset-groups")
    for group in {asset.group for asset in ASSETS}:
        expect(page.locator("foreignObject").get_by_text(group, exact=True)).to_be_visible()
    page.mouse.click(1000, 300, button="right")
    page.get_by_role("menuitem", name="Expand all groups").click()
    nodes = page.locator("foreignObject:not(.group):has([data-tooltip])")
    expect(nodes).to_have_count(len(ASSETS))
    expect(nodes.get_by_text("Loading")).to_have_count(0)
    boxes = nodes.evaluate_all(
        "nodes => nodes.map(node => [node.querySelector('[data-tooltip]').dataset.tooltip,"
        " ...['x', 'y', 'width', 'height'].map(name => Number(node.getAttribute(name)))])"
    )

    def box_at(x, y):
        return next(name for name, left, top, wide, high in boxes if -9 < x - left < wide + 9 and 0 < y - top < high)

    paths = page.locator("path[marker-end]")
    # They are drawn some at a time.
    expect(paths).to_have_count(sum(len(asset.depends_on) for asset in ASSETS))
    arrows = paths.evaluate_all("all => all.map(one => one.getAttribute('d'))")
    ends = [[float(number) for number in re.findall(r"-?[\d.]+", arrow)] for arrow in arrows]
    drawn = {(box_at(*numbers[:2]), box_at(*numbers[-2:])) for numbers in ends}
    depends = {(name.split("/")[-1], asset.name.split("/")[-1]) for asset in ASSETS for name in asset.depends_on}
    assert drawn == depends
    assert {name for name, *_ in boxes} == {name for pair in drawn for name in pair}


def test_an_asset_says_what_it_is_whose_it_is_where_it_stands_and_how_many_rows_it_has(page, cohorts):
    page.goto("/assets/user_progress_stats?view=overview")
    expect(page.get_by_text("What each active student has done of their cohort's questions.")).to_be_visible()
    for fact in ("data", "Postgres", "SQL", "stats.user_progress_stats", "refresh_progress_job"):
        expect(page.get_by_text(fact, exact=True).first).to_be_visible()
    expect(row_count(page)).to_have_text(f"Row count{sum(cohorts.values())}")
    for column in stats.user_progress_stats.columns:
        # What a run said of itself may have the same name.
        expect(page.get_by_role("row", name=column.name).filter(has_text=column.comment)).to_be_visible()


def test_the_meaning_of_a_column_is_found_by_its_name(page):
    page.goto("/assets/landing/users?view=overview")
    page.get_by_placeholder("Filter columns").fill("deleted")
    expect(page.get_by_role("row", name="deleted_at")).to_contain_text(landing.users.c.deleted_at.comment)
    expect(page.get_by_role("row", name="username")).to_have_count(0)


def test_a_passed_check_shows_its_numbers(page, site):
    page.goto("/assets/landing/users?view=checks")
    expect(page.get_by_text(ACCOUNTED_FOR, exact=True).filter(visible=True)).to_be_visible()
    expect(page.get_by_text("Passed", exact=True)).to_be_visible()
    expect(page.get_by_text("Documents read = loaded + quarantined + duplicates")).to_be_visible()
    ((read, loaded, quarantined, duplicates),) = site.ask(
        "select read, loaded, quarantined, duplicates from ops.loads where target = 'landing.users'"
    )
    assert quarantined > 0 < duplicates
    numbers = {"read": read, "loaded": loaded, "quarantined": quarantined, "duplicates": duplicates}
    for name, number in numbers.items():
        expect(line(page, name, number)).to_be_visible()


def test_a_failed_check_shows_the_first_wrong_cells(page, site, cohorts):
    wrong, students = next(iter(cohorts.items()))
    change = "update stats.cohort_stats set total_students = :students where cohort_id = :cohort"
    site.ask(change, students=students + 7, cohort=wrong)
    page.goto("/assets/cohort_stats?view=checks")
    page.get_by_text(RECOUNT, exact=True).filter(visible=True).first.click()
    expect(page.get_by_text("Passed", exact=True)).to_be_visible()
    page.get_by_text("Execute", exact=True).click()
    expect(line(page, "key", "column", "stored", "recounted")).to_be_visible()
    expect(line(page, wrong, "total_students", students + 7, students)).to_be_visible()
    expect(line(page, "rows_wrong", 1)).to_be_visible()
    site.ask(change, students=students, cohort=wrong)


def test_a_ranking_that_somebody_changed_fails_the_checks_of_its_topic(page, site, photograph):
    ((semester, student, topic),) = site.ask("select semester_id, student_id, topic_id from core.rankings limit 1")
    move = "update core.rankings set position = position + :by where (semester_id, student_id, topic_id) = (:a, :b, :c)"
    key = {"a": semester, "b": student, "c": topic}
    page.goto("/assets/topic_metrics?view=checks")
    page.get_by_text(RECOUNT, exact=True).filter(visible=True).first.click()
    expect(page.get_by_text("Passed", exact=True)).to_be_visible()
    site.ask(move, by=1, **key)
    page.get_by_text("Execute", exact=True).click()
    expect(line(page, "key", "column", "stored", "recounted")).to_be_visible()
    expect(page.get_by_role("row", name=f"{semester} / {topic} s1").last).to_be_visible()
    photograph("a_failed_check_of_topics")
    site.ask(move, by=-1, **key)


def test_the_metrics_of_topics_say_which_are_wanted_most_and_least(page, photograph):
    page.goto("/assets/topic_metrics?view=overview")
    for name in ("most_and_least_wanted", "2026-spring: average_position", "2026-spring: ranked_topics"):
        expect(page.get_by_text(name, exact=True).first).to_be_visible()
    photograph("the_metrics_of_topics")


def test_an_answer_that_somebody_changed_fails_its_check_which_names_the_exam(page, site):
    ((exam, user, participation),) = site.ask(
        "select a.exam_id, user_id, id from core.exam_answers as a join core.exam_participations as p "
        "on p.exam_id = a.exam_id and p.id = a.participation_id where position = 3 order by 1, 2 limit 1"
    )
    change = (
        "update core.exam_answers set selected_answer = selected_answer || '!' "
        "where exam_id = :exam and participation_id = :participation and position = 3"
    )
    site.ask(change, exam=exam, participation=participation)
    page.goto("/assets/exam_answers?view=checks")
    page.get_by_text("every_v1_answer_is_in_v2", exact=True).filter(visible=True).first.click()
    expect(page.get_by_text("Passed", exact=True)).to_be_visible()
    page.get_by_text("Execute", exact=True).click()
    expect(page.get_by_text("Failed", exact=True).last).to_be_visible()
    expect(line(page, "exam", "user", "what", "fields")).to_be_visible()
    expect(line(page, exam, user, "answers differ", "answers[3]: selected_answer")).to_be_visible()
    site.ask(
        change.replace("selected_answer || '!'", "rtrim(selected_answer, '!')"), exam=exam, participation=participation
    )


def test_the_partitions_are_the_cohorts_and_those_without_one_each_with_its_rows(page, cohorts):
    page.goto("/assets/user_progress_stats?view=partitions")
    expect(page.get_by_text("4 Partitions Selected")).to_be_visible()
    for cohort, rows in ({"unassigned": 0} | cohorts).items():
        pick(page, cohort)
        expect(page.get_by_text("Materialized", exact=True)).to_be_visible()
        expect(line(page, "dagster/partition_row_count", rows)).to_be_visible()


def test_one_cohort_is_made_anew_and_the_row_count_stays_that_of_all(page, site, cohorts, choose, photograph):
    # The other asset is being made for every cohort meanwhile.
    cohort = max(cohorts)
    site.ask("update stats.cohort_stats set average_completion = -1 where cohort_id = :cohort", cohort=cohort)
    dialog = choose("cohort_stats", cohort)
    expect(dialog.get_by_text("1 partition", exact=True)).to_be_visible()
    photograph("the_dialog_for_one_cohort")
    dialog.get_by_text("Launch 1 run", exact=True).click()
    page.get_by_text("View", exact=True).click()
    expect(page.get_by_text("Success", exact=True)).to_be_visible()
    expect(page.get_by_text(f"partition: {cohort}").first).to_be_visible()
    photograph("the_run_of_one_cohort")
    page.goto(f"/assets/cohort_stats?view=partitions&partition={cohort}")
    expect(line(page, "rows_written", 1)).to_be_visible()
    photograph("the_partition_of_one_cohort")
    page.goto("/assets/cohort_stats?view=overview")
    expect(row_count(page)).to_have_text(f"Row count{len(cohorts)}")
    assert site.ask("select count(*) from stats.cohort_stats where average_completion < 0") == [(0,)]


def test_every_schedule_and_sensor_is_on_and_says_what_it_does(page, photograph):
    page.goto("/automation")
    triggers = [*schedules, *sensors]
    for trigger in triggers:
        expect(page.get_by_text(trigger.name, exact=True)).to_be_visible()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(len(triggers))
    photograph("schedules_and_sensors")
    for trigger in triggers:
        page.goto("/automation")
        page.get_by_text(trigger.name, exact=True).click()
        expect(page.get_by_text(trigger.description)).to_be_visible()


def test_the_ticks_of_a_sensor_say_what_it_found(page):
    page.goto("/automation")
    page.get_by_text("on_cohorts_changed_sensor", exact=True).click()
    page.get_by_text("0 runs requested", exact=True).first.hover()
    expect(page.get_by_text("the partitions are the cohorts of the source")).to_be_visible()


def test_the_numbers_of_each_run_are_plotted_over_time(page, photograph):
    page.goto("/assets/cohort_stats?view=overview")
    page.get_by_text("Plots", exact=True).click()
    for name in ("average_completion", "students", "rows_changed", "seconds", "dagster/row_count"):
        expect(page.get_by_text(name, exact=True).first).to_be_visible()
    expect(page.locator("canvas").first).to_be_visible()
    photograph("plots_of_cohort_stats")


def test_the_jobs_are_listed_and_described(page):
    page.goto("/jobs")
    for place, job in enumerate(sorted(jobs, key=lambda job: job.name)):
        expect(page.get_by_text(job.name, exact=True).first).to_be_visible()
        page.get_by_label("info", exact=True).nth(place).hover()
        expect(page.get_by_role("tooltip").get_by_text(job.description)).to_be_visible()


def test_the_runs_of_the_command_line_are_listed_with_their_machine_alone(page):
    page.goto("/runs")
    for job in (load_snapshot_job, *by_cohort):
        # The innermost box that holds the run's id and its job.
        row = page.locator("div").filter(has=page.get_by_role("link", name=RUN)).filter(has_text=job.name).last
        expect(row).to_contain_text("Success")
        expect(row).to_contain_text("cohortline/host")
        expect(row).not_to_contain_text("process")


def test_every_cohort_at_once_is_one_run(page, backfill):
    page.goto(f"/runs/b/{backfill}?tab=runs")
    expect(page.get_by_role("link", name=RUN)).to_have_count(1, timeout=A_TURN)
    expect(page.get_by_text("Success", exact=True)).to_be_visible()
    expect(page.get_by_text("4 partitions")).to_be_visible()
