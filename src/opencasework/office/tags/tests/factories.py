"""Categories, for tests."""

from __future__ import annotations

import factory

from opencasework.office.tags.models import Category


class CategoryFactory(factory.django.DjangoModelFactory[Category]):
    """A category of the code list: `CategoryFactory(code="HOU-DAMP")`. An unknown code makes one."""

    class Meta:
        model = Category
        django_get_or_create = ("code",)

    code = "BEN-UC"
    label = factory.LazyAttribute(lambda category: f"Category {category.code}")
