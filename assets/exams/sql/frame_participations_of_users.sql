-- The participations that the source has, of part :part in :parts of the users, chosen by :seed.
select
    exam_id,
    user_id,
    status,
    score,
    completed_at
from core.exam_participations
where
    gone_load is null
    and abs(hashtextextended(user_id, :seed) % :parts) = :part
