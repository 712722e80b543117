from importlib import import_module

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """What is reported, and what becomes of it."""

    name = "complaints"
    label = "complaints"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers tasks and handlers of events with the outbox, and says which complaints lean on a right."""
        import_module("complaints.tasks")
        import_module("complaints.checks")
        import_module("complaints.sealing").register()
        from brands.registry import reopening
        from brands.sellers import finding
        from complaints import leaning, listed
        from complaints.casework import mandates
        from portal.accounts import holds
        from portal.ledger import proving

        proving.prove_with("complaints", import_module("complaints.proving").prove)
        reopening.leaning.append(leaning.open_on)
        finding.use(listed.right_of_decision)
        holds.on_role_lost(mandates.end_of_signatory)
