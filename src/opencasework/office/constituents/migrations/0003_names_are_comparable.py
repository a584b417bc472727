"""Every name known so far gets what it is compared by. Telephone numbers are compared as dialled from here."""

from django.db import migrations

from opencasework.office.constituents import names, phones

AT_ONCE = 1000


def fill(apps, _schema):
    person_model = apps.get_model("constituents", "Person")
    people = []
    for person in person_model.objects.only("full_name", "name_key").iterator(AT_ONCE):
        person.name_key = names.key(person.full_name)[:300]
        people.append(person)
    person_model.objects.bulk_update(people, ["name_key"], batch_size=AT_ONCE)
    phone_model = apps.get_model("constituents", "PersonPhone")
    changed = []
    for phone in phone_model.objects.only("number", "compact").iterator(AT_ONCE):
        if phone.compact != (compact := phones.compact(phone.number)):
            phone.compact = compact
            changed.append(phone)
    phone_model.objects.bulk_update(changed, ["compact"], batch_size=AT_ONCE)


class Migration(migrations.Migration):
    dependencies = [("constituents", "0002_people")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
