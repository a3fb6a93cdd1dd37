"""Who may sign in, and who belongs to which group."""
