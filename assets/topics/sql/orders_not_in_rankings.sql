-- Semesters in which the rankings are not as many as the entries of the orders that count; students whose newest
-- change was taken back are left out.
with
newest as (
    select distinct on (semester_id, student_id)
        semester_id,
        student_id,
        origin
    from core.ranking_events
    where event_type = 'RANKINGS_BATCH_UPDATED'
    order by semester_id asc, student_id asc, sequence desc
),

taken_back as (
    select
        semester_id,
        student_id
    from newest
    where origin = 'undo'
),

orders as (
    select distinct on (semester_id, student_id)
        semester_id,
        student_id,
        topic_order
    from landing.preferences
    where gone_load is null
    order by semester_id asc, student_id asc, last_updated desc nulls last, id desc
),

entries as (
    select
        orders.semester_id,
        orders.student_id,
        count(distinct topics.id) as entries
    from orders
    cross join unnest(orders.topic_order) as given (topic_id)
    inner join landing.topics as topics
        on
            given.topic_id = topics.id
            and orders.semester_id = topics.semester_id
            and topics.is_active
            and topics.deleted_at is null
            and topics.gone_load is null
    group by orders.semester_id, orders.student_id
),

ranked as (
    select
        semester_id,
        student_id,
        count(*) as ranked
    from core.rankings
    group by semester_id, student_id
),

compared as (
    select
        coalesce(entries.semester_id, ranked.semester_id) as semester_id,
        coalesce(entries.student_id, ranked.student_id) as student_id,
        coalesce(entries.entries, 0) as entries,
        coalesce(ranked.ranked, 0) as ranked
    from entries
    full join ranked
        on
            entries.semester_id = ranked.semester_id
            and entries.student_id = ranked.student_id
)

select
    compared.semester_id,
    cast(sum(compared.entries) as bigint) as entries,
    cast(sum(compared.ranked) as bigint) as rankings,
    count(*) as "rows"
from compared
left join taken_back
    on
        compared.semester_id = taken_back.semester_id
        and compared.student_id = taken_back.student_id
where
    taken_back.student_id is null
    and compared.entries <> compared.ranked
group by compared.semester_id
order by compared.semester_id
