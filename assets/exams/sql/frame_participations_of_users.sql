-- The participations that the source has, of one part in :parts of the users, chosen by :seed.
select
    exam_id,
    user_id,
    status,
    score,
    completed_at
from core.exam_participations
where
    gone_load is null
    and hashtextextended(user_id, :seed) % :parts = 0
