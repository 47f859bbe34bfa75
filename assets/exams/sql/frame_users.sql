-- The users whom the source has: part :part in :parts of them, chosen by :seed.
select
    id,
    deleted_at
from landing.users
where
    gone_load is null
    and abs(hashtextextended(id, :seed) % :parts) = :part
