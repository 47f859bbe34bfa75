-- Makes events of what the orders that count have other than the log so far. A student whose newest change was taken
-- back keeps what that left until an order of theirs is touched.
with
last_places as (
    select distinct on (semester_id, student_id, topic_id)
        semester_id,
        student_id,
        topic_id,
        position
    from staged_events
    order by semester_id asc, student_id asc, topic_id asc, ordinal desc
),

places as (
    select
        coalesce(last_places.semester_id, rankings.semester_id) as semester_id,
        coalesce(last_places.student_id, rankings.student_id) as student_id,
        coalesce(last_places.topic_id, rankings.topic_id) as topic_id,
        nullif(coalesce(last_places.position, rankings.position), 0) as position
    from core.rankings as rankings
    full join last_places
        on
            rankings.semester_id = last_places.semester_id
            and rankings.student_id = last_places.student_id
            and rankings.topic_id = last_places.topic_id
),

wanted as (
    select
        orders.semester_id,
        orders.student_id,
        entries.topic_id,
        entries.position
    from staged_entries as entries
    inner join staged_orders as orders on entries.number = orders.number
    where entries.position is not null
),

undone as (
    select
        semester_id,
        student_id,
        max(sequence) as sequence,
        max(load_id) as load_id
    from core.ranking_events
    where origin = 'undo'
    group by semester_id, student_id
),

newest_undone as (
    select
        undone.semester_id,
        undone.student_id,
        undone.load_id
    from undone
    inner join core.ranking_events as log
        on
            undone.semester_id = log.semester_id
            and undone.student_id = log.student_id
            and log.event_type = 'RANKINGS_BATCH_UPDATED'
    group by undone.semester_id, undone.student_id, undone.load_id, undone.sequence
    having max(log.sequence) = undone.sequence
),

touched as (
    select
        semester_id,
        student_id,
        max(touched_load) as load_id
    from staged_orders
    group by semester_id, student_id
),

held as (
    select
        newest_undone.semester_id,
        newest_undone.student_id
    from newest_undone
    left join touched
        on
            newest_undone.semester_id = touched.semester_id
            and newest_undone.student_id = touched.student_id
    where
        coalesce(touched.load_id, 0) <= newest_undone.load_id
        and not exists (
            select from staged_events as history
            where
                history.semester_id = newest_undone.semester_id
                and history.student_id = newest_undone.student_id
        )
),

differences as (
    select
        places.position as previous_position,
        coalesce(wanted.semester_id, places.semester_id) as semester_id,
        coalesce(wanted.student_id, places.student_id) as student_id,
        coalesce(wanted.topic_id, places.topic_id) as topic_id,
        coalesce(wanted.position, 0) as position
    from places
    full join wanted
        on
            places.semester_id = wanted.semester_id
            and places.student_id = wanted.student_id
            and places.topic_id = wanted.topic_id
    where wanted.position is distinct from places.position
),

changes as (
    select
        differences.*,
        orders.number,
        case when orders.number is null then cast(:as_of as timestamptz) else orders.at end as at
    from differences
    left join staged_orders as orders
        on
            differences.semester_id = orders.semester_id
            and differences.student_id = orders.student_id
            and orders.is_winner
    left join held
        on
            differences.semester_id = held.semester_id
            and differences.student_id = held.student_id
    where held.student_id is null
),

earlier as (
    select
        changes.semester_id,
        changes.student_id,
        changes.topic_id,
        count(*) as times
    from changes
    inner join core.ranking_events as log
        on
            changes.semester_id = log.semester_id
            and changes.student_id = log.student_id
            and changes.topic_id = log.topic_id
            and changes.position = log.position
            and changes.at is not distinct from log.at
            and log.origin = 'preferences'
    group by changes.semester_id, changes.student_id, changes.topic_id
),

named as (
    select
        changes.*,
        left(encode(sha256(convert_to(cast(
            jsonb_build_array(
                'preferences',
                changes.semester_id,
                changes.student_id,
                changes.topic_id,
                changes.position,
                cast(extract(epoch from changes.at) * 1000000 as bigint)
            )
            || case when earlier.times is null then '[]' else jsonb_build_array(earlier.times) end
            as text
        ), 'UTF8')), 'hex'), 32) as event_id
    from changes
    left join earlier
        on
            changes.semester_id = earlier.semester_id
            and changes.student_id = earlier.student_id
            and changes.topic_id = earlier.topic_id
),

ordered as (
    select
        *,
        row_number() over (
            order by number asc, semester_id asc, student_id asc, position asc, topic_id asc
        ) as place,
        string_agg(event_id, ',') over (
            partition by number, semester_id, student_id
            order by position asc, topic_id asc
            rows between unbounded preceding and unbounded following
        ) as batch
    from named
)

insert into staged_events (
    ordinal,
    event_id,
    batch_id,
    event_type,
    origin,
    actor_id,
    actor_type,
    at,
    semester_id,
    student_id,
    topic_id,
    action,
    position,
    previous_position,
    load_id
)
select
    (select count(*) from staged_events) + place as ordinal,
    event_id,
    left(encode(sha256(convert_to(batch, 'UTF8')), 'hex'), 32) as batch_id,
    'RANKINGS_BATCH_UPDATED' as event_type,
    'preferences' as origin,
    student_id as actor_id,
    'student' as actor_type,
    at,
    semester_id,
    student_id,
    topic_id,
    case
        when position = 0 then 'removed'
        when previous_position is null then 'added'
        else 'moved'
    end as action,
    position,
    previous_position,
    cast(:load_id as bigint) as load_id
from ordered
