delete from clicked
where viewer_id = ?
