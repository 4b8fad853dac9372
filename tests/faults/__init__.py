"""The fault kit: what is killed, lost, frozen, refused or late must leave one job with one of each line."""
