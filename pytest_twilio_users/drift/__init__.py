"""Where two recordings of one conversation differ, or an OpenAPI file from the kit."""
