"""How the office keeps watch over its record."""

from __future__ import annotations

import os
from pathlib import Path

from django import forms

from opencasework.office.audit.models import Watch


class WatchForm(forms.ModelForm):  # type: ignore[type-arg]
    """Where an anchor is left each day, and who may open a restricted case."""

    anchor_folder = forms.CharField(
        label="Folder for an anchor each day",
        required=False,
        max_length=500,
        help_text="On another machine if you can, such as a share of your IT team. Empty: none is left.",
    )
    anchor_email = forms.EmailField(
        label="Email address for an anchor each day",
        required=False,
        help_text="Somebody outside the office, such as your IT team. An anchor names nobody.",
        error_messages={"invalid": "Write a whole email address, such as it@parliament.example"},
    )

    class Meta:
        model = Watch
        fields = ["anchor_folder", "anchor_email", "may_open_restricted"]
        labels = {"may_open_restricted": "Who may open a restricted case in an emergency"}
        help_texts = {
            "may_open_restricted": "They need its exact reference and a reason; its caseworker and the "
            "member are told at once."
        }
        widgets = {"may_open_restricted": forms.RadioSelect}

    def clean_anchor_folder(self) -> str:
        folder: str = self.cleaned_data["anchor_folder"].strip()
        if folder and not Path(folder).is_absolute():
            raise forms.ValidationError("Write the whole path of the folder, beginning with /.")
        if folder and not (Path(folder).is_dir() and os.access(folder, os.W_OK)):
            raise forms.ValidationError(
                f"{folder} is no folder this system can write into. Make it first, or ask your IT team."
            )
        return folder
