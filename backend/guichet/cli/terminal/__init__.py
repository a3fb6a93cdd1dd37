"""What commands share at a terminal: tables, progress, completion, exit codes, commands loaded when they are called."""
