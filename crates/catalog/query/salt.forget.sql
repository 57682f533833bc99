DELETE FROM salts WHERE day < ?1
