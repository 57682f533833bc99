SELECT salt FROM salts WHERE day = ?1
