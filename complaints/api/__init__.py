"""Complaints in the API: the same verbs as the pages, for programs. One module a stage of a complaint."""
