-- The questions that the source has: part :part in :parts of them, chosen by :seed.
select id
from landing.questions
where
    gone_load is null
    and abs(hashtextextended(id, :seed) % :parts) = :part
