from django.apps import AppConfig


class BrandsConfig(AppConfig):
    name = "brands"
    label = "brands"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Subscribes this room's mails to its events, and says who acts under which authorisation."""
        from brands import agents, emails, tasks  # noqa: F401 - registers the tasks
        from brands.authorisations import emails as letters  # noqa: F401 - registers its mails
        from brands.authorisations import tasks as letter_tasks  # noqa: F401 - registers its tasks
        from brands.renewals import emails as renewal_emails  # noqa: F401 - registers its mails
        from brands.sellers import emails as seller_emails  # noqa: F401 - registers its mails
        from portal.accounts import grants

        emails.listen()
        grants.use(agents.Authorisations())
