-- The users whom the source has: one part in :parts of them, chosen by :seed.
select
    id,
    deleted_at
from landing.users
where
    gone_load is null
    and hashtextextended(id, :seed) % :parts = 0
