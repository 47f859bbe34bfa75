-- Keeps apart the entries of orders that do not count, each with its place in its order.
insert into ops.quarantine (load_id, source_table, document_id, reason, detail, raw)
select
    cast(:load_id as bigint) as load_id,
    cast(:source_table as text) as source_table,
    orders.id as document_id,
    entries.reason,
    case entries.reason
        when 'superseded' then 'the student has a later order in this semester'
        when 'orphan' then 'the topic is no active one of this semester'
        else 'the order names the topic before'
    end as detail,
    left(cast(jsonb_build_object(
        'semesterId', orders.semester_id,
        'studentId', orders.student_id,
        'topicId', entries.topic_id,
        'place', entries.place
    ) as text), 16384) as raw
from staged_entries as entries
inner join staged_orders as orders on entries.number = orders.number
where entries.reason is not null
order by orders.id, entries.place
