"""The audit: who searched, counted, extracted and downloaded what, kept in the portal database and only there."""
