import pytest
from django.db import connection


@pytest.mark.django_db
def test_tests_work_as_the_app_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        assert cursor.fetchone() == ("anyuan_app",)


@pytest.mark.django_db(transaction=True)
def test_transactional_tests_can_clean_up() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
