from django.apps import AppConfig


class FirstRunConfig(AppConfig):
    name = "minutebook.firstrun"
