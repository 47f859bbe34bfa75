-- Drops the rankings that no event speaks of.
delete from core.rankings as rankings
where not exists (
    select from staged_places as places
    where
        places.semester_id = rankings.semester_id
        and places.student_id = rankings.student_id
        and places.topic_id = rankings.topic_id
)
