-- Drops the rankings of topics that no longer stand anywhere.
delete from core.rankings as rankings
using staged_places as places
where
    rankings.semester_id = places.semester_id
    and rankings.student_id = places.student_id
    and rankings.topic_id = places.topic_id
    and places.position = 0
