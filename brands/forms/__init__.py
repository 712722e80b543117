"""Forms of the rights pages: they read what people type and hand a Declaration to the verbs. One a kind of right."""

from brands.forms.common import RightForm
from brands.forms.designs import DesignForm
from brands.forms.listing import DecisionForm, FilterForm
from brands.forms.madrid import MadridForm
from brands.forms.marks import TrademarkForm
from brands.forms.patents import PatentForm
from brands.forms.works import WorkForm

# By the word in the address; the first step offers them in this order.
FORMS: dict[str, type[RightForm]] = {
    "trademark": TrademarkForm,
    "madrid": MadridForm,
    "copyright": WorkForm,
    "design": DesignForm,
    "patent": PatentForm,
}

__all__ = [
    "FORMS",
    "DecisionForm",
    "DesignForm",
    "FilterForm",
    "MadridForm",
    "PatentForm",
    "RightForm",
    "TrademarkForm",
    "WorkForm",
]
