-- Puts back every participation as it was before load :load_id: as the first load since then found it.
with
first_images as (
    select distinct on (exam_id, user_id) "before" -> 'participation' as participation
    from ops.exam_history
    where
        load_id >= :load_id
        and user_id <> ''
    order by exam_id, user_id, load_id
),

-- The others were brought since then.
earlier as (
    select participation
    from first_images
    where cast(participation ->> 'created_load' as bigint) < :load_id
)

insert into core.exam_participations
select rows.* -- noqa: AM04
from earlier
cross join lateral jsonb_populate_record(cast(null as core.exam_participations), earlier.participation) as rows
