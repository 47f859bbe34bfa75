-- Semesters in which the last event of a student and topic says otherwise than the rankings do.
with
replayed as (
    select distinct on (semester_id, student_id, topic_id)
        semester_id,
        student_id,
        topic_id,
        position,
        previous_position,
        session_id,
        at,
        event_id
    from core.ranking_events
    where event_type = 'RANKINGS_BATCH_UPDATED'
    order by semester_id asc, student_id asc, topic_id asc, sequence desc
),

places as (
    select *
    from replayed
    where position > 0
)

select
    coalesce(places.semester_id, rankings.semester_id) as semester_id,
    count(*) as "rows",
    count(*) filter (where rankings.topic_id is null) as not_in_rankings,
    count(*) filter (where places.topic_id is null) as not_in_log,
    count(*) filter (where places.position <> rankings.position) as other_positions,
    count(*) filter (where places.position = rankings.position) as other_facts
from places
full join core.rankings as rankings
    on
        places.semester_id = rankings.semester_id
        and places.student_id = rankings.student_id
        and places.topic_id = rankings.topic_id
where
    places.topic_id is null
    or rankings.topic_id is null
    or (
        places.position,
        places.previous_position,
        places.session_id,
        places.at,
        places.event_id
    ) is distinct from (
        rankings.position,
        rankings.previous_position,
        rankings.session_id,
        rankings.updated_at,
        rankings.event_id
    )
group by coalesce(places.semester_id, rankings.semester_id)
order by semester_id
