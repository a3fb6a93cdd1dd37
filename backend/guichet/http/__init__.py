"""What stands between a request and its resource: sign-in, reading and shaping, problems, the OpenAPI document."""
