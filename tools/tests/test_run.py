"""What `make test` shows at the end."""

from __future__ import annotations

from tools import test


def test_the_summary_of_a_run_is_its_failures_and_its_counts():
    output = (
        "...F\nlong story\n=== short test summary info ===\nFAILED a::b\n=== 1 failed, 3 passed in 1 s ===\n"
    )

    assert test.summary_of(output) == (
        "=== short test summary info ===\nFAILED a::b\n=== 1 failed, 3 passed in 1 s ==="
    )


def test_a_run_without_failures_is_its_last_line():
    assert test.summary_of("....\n=== 4 passed in 1 s ===\n") == "=== 4 passed in 1 s ==="
