-- Semesters in which rankings are not what the orders that count come to, entry by entry; students whose newest change
-- was taken back are left out.
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

given as (
    select
        orders.semester_id,
        orders.student_id,
        entries.topic_id,
        min(entries.place) as place
    from orders
    cross join unnest(orders.topic_order) with ordinality as entries (topic_id, place)
    inner join landing.topics as topics
        on
            entries.topic_id = topics.id
            and orders.semester_id = topics.semester_id
            and topics.is_active
            and topics.deleted_at is null
            and topics.gone_load is null
    group by orders.semester_id, orders.student_id, entries.topic_id
),

entries as (
    select
        semester_id,
        student_id,
        topic_id,
        row_number() over (partition by semester_id, student_id order by place) as position
    from given
),

compared as (
    select
        entries.position as wanted,
        rankings.position as ranked,
        coalesce(entries.semester_id, rankings.semester_id) as semester_id,
        coalesce(entries.student_id, rankings.student_id) as student_id
    from entries
    full join core.rankings as rankings
        on
            entries.semester_id = rankings.semester_id
            and entries.student_id = rankings.student_id
            and entries.topic_id = rankings.topic_id
    where entries.position is distinct from rankings.position
)

select
    compared.semester_id,
    count(*) as "rows",
    count(*) filter (where compared.ranked is null) as not_in_rankings,
    count(*) filter (where compared.wanted is null) as not_in_orders,
    count(*) filter (where compared.ranked <> compared.wanted) as other_positions
from compared
left join taken_back
    on
        compared.semester_id = taken_back.semester_id
        and compared.student_id = taken_back.student_id
where taken_back.student_id is null
group by compared.semester_id
order by compared.semester_id
