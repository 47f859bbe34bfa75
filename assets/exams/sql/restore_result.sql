-- What now stands of each staged document, beside the digest that it must have.
select
    kept.exam_id,
    kept.document,
    restored.digest,
    kept.gone_load is not null as is_gone
from restored_exams as restored
inner join landing.v1_exams as kept on restored.exam_id = kept.exam_id
where kept.document is not null
