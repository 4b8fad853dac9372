"""Time zones to choose from."""

from zoneinfo import available_timezones


def time_zones() -> list[tuple[str, str]]:
    """Return every zone, those of Australia first."""
    names = sorted(available_timezones())
    ours = [name for name in names if name.startswith("Australia/")]
    others = [name for name in names if "/" in name and name not in ours]
    return [(name, name.replace("_", " ")) for name in [*ours, *others]]
