"""Where everything that must survive a crash is kept: one database, reached in short transactions."""
