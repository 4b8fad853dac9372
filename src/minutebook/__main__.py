"""`python -m minutebook` does what `minutebook` does."""

from minutebook.cli import main

main()
