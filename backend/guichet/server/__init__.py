"""What the processes of the server have beside the application: their settings, their worker class, how they end."""
