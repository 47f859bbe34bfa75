-- Whether anything was ever exported.
select exists(select from ops.exam_exports) as is_there
