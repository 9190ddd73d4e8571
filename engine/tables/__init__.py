"""What reads tables of answers: files, sheets, headers, cells; `engine.table` is its public face."""
