delete from shown
where shown_at < ?
