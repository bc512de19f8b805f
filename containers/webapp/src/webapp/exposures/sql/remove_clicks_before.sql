delete from clicked
where clicked_at < ?
