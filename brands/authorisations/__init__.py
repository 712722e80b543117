"""Letters of authorisation as people and programs meet them: pages, API, mails, desk. The verbs are the registry's."""
