from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "anyuan.foundation.files"
    label = "files"
