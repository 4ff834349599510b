"""Spark's progress reaches the notebook at a pace that helps and does not flood."""

from types import SimpleNamespace

from dataharbour.kernel.progress import MIME, ProgressReporter


def stage(number, tasks, done):
    return SimpleNamespace(stage_id=number, num_tasks=tasks, num_completed_tasks=done, num_bytes_read=10, done=tasks == done)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def reporter():
    published, clock = [], Clock()
    shell = SimpleNamespace(display_pub=SimpleNamespace(publish=lambda data: published.append(data[MIME])))
    made = ProgressReporter(shell, clock)
    made.begin()
    return made, clock, published


def test_at_most_four_reports_a_second_however_often_spark_calls():
    made, clock, published = reporter()
    for step in range(1, 201):
        clock.now = step / 100
        made.report([stage(1, 1000, step)])
    assert 7 <= len(published) <= 8
    assert published[0] == {"stages": [{"id": 1, "tasks": 1000, "done": 25, "bytes": 10}]}


def test_what_did_not_move_is_not_told_again():
    made, clock, published = reporter()
    for step in range(1, 6):
        clock.now = step
        made.report([stage(1, 10, 3)])
    assert len(published) == 1


def test_the_end_is_reported_at_once_when_something_was_shown():
    made, clock, published = reporter()
    clock.now = 0.3
    made.report([stage(1, 2, 1)])
    clock.now = 0.31
    made.report([stage(1, 2, 2)], done=True)
    assert [line["stages"][0]["done"] for line in published] == [1, 2]


def test_a_note_is_told_at_once_and_before_there_is_a_stage():
    made, _clock, published = reporter()
    made.tell("Waiting for Spark to start …")
    assert published == [{"stages": [], "note": "Waiting for Spark to start …"}]


def test_a_short_operation_shows_nothing():
    made, clock, published = reporter()
    clock.now = 0.1
    made.report([stage(1, 2, 1)])
    made.report([stage(1, 2, 2)], done=True)
    made.report(None, done=True)
    assert published == []
