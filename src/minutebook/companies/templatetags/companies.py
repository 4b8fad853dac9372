"""How a company's page writes numbers and panels."""

from decimal import Decimal

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from minutebook.companies.panels import Panel
from minutebook.design.templatetags.words import NO_VALUE

register = template.Library()

_DIRECTOR_ID_DIGITS = 15


@register.filter
def masked(director_id: str) -> str:
    """Write a director ID so that it can be told apart but not copied: 036 •••• •••• 0182."""
    if len(director_id) != _DIRECTOR_ID_DIGITS:
        return director_id or NO_VALUE
    return f"{director_id[:3]} •••• •••• {director_id[-4:]}"


@register.filter
def initialled(name: str) -> str:
    """Write a person of the firm as lists do: D. Okafor."""
    given, _, family = name.strip().rpartition(" ")
    return f"{given[0]}. {family}" if given else family or NO_VALUE


@register.filter
def percent(value: Decimal | None) -> str:
    """Write a share of the whole: 60.0 %."""
    return NO_VALUE if value is None else f"{value:.1f} %"


@register.simple_tag(takes_context=True)
def panel_body(context: template.Context, panel: Panel) -> SafeString:
    """Draw a panel with its own context, and the request for its forms."""
    return render_to_string(panel.template, dict(panel.context), request=context.get("request"))
