-- The participations that the source has, in part :part in :parts of the exams, chosen by :seed, and who took part.
select
    participations.exam_id,
    participations.user_id,
    participations.status,
    participations.score,
    participations.completed_at,
    (users.id is not null and users.gone_load is null) as is_known,
    (users.deleted_at is not null) as is_deleted
from core.exam_participations as participations
left join landing.users as users on participations.user_id = users.id
where
    participations.gone_load is null
    and abs(hashtextextended(participations.exam_id, :seed) % :parts) = :part
