from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    name = "portal.marketplace"
    label = "marketplace"
    default_auto_field = "django.db.models.BigAutoField"
