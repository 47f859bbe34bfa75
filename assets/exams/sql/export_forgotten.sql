-- Forgets what was exported to :path, which a new export replaced, and an export of the same documents elsewhere.
delete from ops.exam_exports
where
    export_id = :export_id
    or path = :path
