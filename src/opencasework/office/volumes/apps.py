"""How many letters go to a body: not a letter factory."""

from django.apps import AppConfig


class VolumesConfig(AppConfig):
    name = "opencasework.office.volumes"
    label = "volumes"

    def ready(self) -> None:
        from opencasework.office.cases import chased
        from opencasework.office.cases.models import access_changed
        from opencasework.office.chasing.offering import OFFERS
        from opencasework.office.letters import apart, leaving, masking, stopping
        from opencasework.office.letters.models import NAMING_HIDDEN
        from opencasework.office.volumes import along, early, own_words
        from opencasework.office.volumes.apart import for_its_case, naming_hidden
        from opencasework.office.volumes.came_back import when_it_came_back
        from opencasework.office.volumes.checking import checks, news_of_others, schedule_checks
        from opencasework.office.volumes.gathering import (
            cases_named_in,
            on_access_changed,
            put_the_others,
            why_it_stays_gone,
        )
        from opencasework.office.volumes.naming import hidden_words
        from opencasework.office.volumes.on_the_strip import standing

        leaving.WHEN_EDITED.append(own_words.when_edited)
        leaving.MORE_CHECKS += [checks, early.checks, along.checks]
        leaving.AUTHORITY_CHECKS.append(schedule_checks)
        stopping.MORE_NEWS.append(news_of_others)
        masking.MORE_CASES.append(cases_named_in)
        apart.TOLD_APART.append(for_its_case)
        apart.HIDDEN_WORDS.append(hidden_words)
        NAMING_HIDDEN.append(naming_hidden)
        leaving.WHEN_LEFT += [put_the_others, along.chase_the_others, early.when_left]
        leaving.WHEN_CAME_BACK.append(when_it_came_back)
        leaving.WHEN_CALLED_BACK.append(early.when_called_back)
        leaving.STAYS_GONE += [why_it_stays_gone, along.why_it_stays_gone]
        chased.STANDING.append(standing)
        OFFERS.append(along.offers)
        access_changed.connect(on_access_changed)
