-- The questions that the source has: one part in :parts of them, chosen by :seed.
select id
from landing.questions
where
    gone_load is null
    and hashtextextended(id, :seed) % :parts = 0
