-- The question of each flagged progress row: those of part :part in :parts of the questions, chosen by :seed.
select question_id
from landing.user_progress
where
    is_flagged
    and gone_load is null
    and abs(hashtextextended(question_id, :seed) % :parts) = :part
