-- Every exam with a kept v1 document, with each recorded export of exactly that document, newest first.
select
    kept.exam_id,
    kept.digest,
    kept.participants,
    kept.answers,
    exports.export_id,
    exports.path
from landing.v1_exams as kept
left join ops.exam_exports as exports
    on
        kept.exam_id = exports.exam_id
        and kept.digest = exports.digest
where kept.document is not null
order by kept.exam_id collate "C" asc, exports.as_of desc, exports.export_id collate "C" asc
