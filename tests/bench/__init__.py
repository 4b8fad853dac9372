"""How fast Minutebook is on this machine: `make bench`. Measured, not asserted: tests never depend on it."""
