-- Holds the advisory lock named :name until the transaction ends.
select pg_advisory_xact_lock(hashtextextended(:name, 0))
