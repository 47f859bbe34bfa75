-- Gives the sorts and hash tables of this transaction room, so that large ones stay out of files.
set local work_mem = '256MB'
