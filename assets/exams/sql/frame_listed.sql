-- The users whom exams list, as often as they list them: part :part in :parts of the users, chosen by :seed.
select
    exams.id as exam_id,
    lists.user_id
from core.exams as exams
cross join unnest(exams.allowed_participants) as lists (user_id)
where abs(hashtextextended(lists.user_id, :seed) % :parts) = :part
