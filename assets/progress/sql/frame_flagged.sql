-- The question of each flagged progress row: those of one part in :parts of the questions, chosen by :seed.
select question_id
from landing.user_progress
where
    is_flagged
    and gone_load is null
    and hashtextextended(question_id, :seed) % :parts = 0
