"""Work in turn: order, places, cancelling, faults; and what one visitor may ask for."""

import gc
import threading
import weakref

import pytest

from diffh2o_ros.errors import Diffh2oError
from diffh2o_ros.studio.turns import Cancelled, Turns
from diffh2o_ros.studio.visitor import Visitor

PATIENCE = 30


class Work:
    """Work that goes on until it is let go, with what was told of it."""

    def __init__(self):
        self.begun, self.let_go, self.over = (threading.Event() for _ in range(3))
        self.told, self.error = [], None

    def __call__(self, turn):
        self.begun.set()
        while not self.let_go.wait(0.001):
            turn.check()

    def end(self, error):
        self.error = error
        self.over.set()

    def asked(self):
        return self, self.told.append, self.end


@pytest.fixture
def turns():
    found = Turns("test")
    yield found
    found.stop()


def test_one_after_the_other_and_each_is_told_its_place(turns):
    works = [Work() for _ in range(3)]
    for work in works:
        turns.ask(*work.asked())
    for number, work in enumerate(works):
        assert work.begun.wait(PATIENCE)
        assert not any(later.begun.is_set() for later in works[number + 1 :])
        work.let_go.set()
        assert work.over.wait(PATIENCE) and work.error is None
    assert [work.told for work in works] == [[0], [1, 0], [2, 1, 0]]


def test_what_waits_is_cancelled_at_once_and_those_behind_move_up(turns):
    first, second, third = works = [Work() for _ in range(3)]
    _, waiting, _ = [turns.ask(*work.asked()) for work in works]
    assert first.begun.wait(PATIENCE)
    turns.cancel(waiting)
    assert isinstance(second.error, Cancelled) and not second.begun.is_set()
    assert third.told == [2, 1]
    first.let_go.set(), third.let_go.set()
    assert third.over.wait(PATIENCE) and len(turns) == 0
    turns.cancel(waiting)  # again: nothing


def test_what_is_at_work_ends_at_its_next_check(turns):
    work = Work()
    turn = turns.ask(*work.asked())
    assert work.begun.wait(PATIENCE)
    turns.cancel(turn)
    assert work.over.wait(PATIENCE) and isinstance(work.error, Cancelled)


def test_a_fault_ends_its_work_alone(turns, capsys):
    errors = []

    def fault(turn):
        raise ZeroDivisionError("ours")

    def refuse(turn):
        raise Diffh2oError("theirs")

    def lost(error):
        raise ZeroDivisionError("in the end")

    last = Work()
    turns.ask(lambda turn: None, ended=lost)
    turns.ask(fault, ended=errors.append)
    turns.ask(refuse, ended=errors.append)
    turns.ask(*last.asked())
    last.let_go.set()
    assert last.over.wait(PATIENCE)
    assert [str(error) for error in errors] == ["ours", "theirs"]
    printed = capsys.readouterr().err
    assert "ZeroDivisionError: in the end" in printed
    assert "ZeroDivisionError: ours" in printed and "theirs" not in printed


def test_closed_it_cancels_all_and_takes_no_more():
    turns = Turns("test")
    works = [Work() for _ in range(3)]
    for work in works[:2]:
        turns.ask(*work.asked())
    assert works[0].begun.wait(PATIENCE)
    turns.stop()
    turns.ask(*works[2].asked())
    assert all(isinstance(work.error, Cancelled) for work in works)


def test_a_visitor_asks_for_one_thing_at_a_time(turns):
    visitor, other = Visitor(), Visitor()
    mine, again, theirs = (Work() for _ in range(3))
    assert visitor.ask(turns, *mine.asked())
    assert not visitor.ask(turns, *again.asked())
    assert other.ask(turns, *theirs.asked())
    assert mine.begun.wait(PATIENCE) and theirs.told == [1]
    visitor.cancel()
    assert mine.over.wait(PATIENCE) and theirs.begun.wait(PATIENCE)
    other.cancel()
    assert theirs.over.wait(PATIENCE)
    assert visitor.ask(turns, *again.asked())
    again.let_go.set()
    assert again.over.wait(PATIENCE) and again.error is None


def test_who_leaves_is_told_nothing_more_and_leaves_nothing_behind(turns):
    visitor = Visitor()
    mine = Work()
    assert visitor.ask(turns, *mine.asked())
    assert mine.begun.wait(PATIENCE)
    visitor.leave()
    behind = Work()
    turns.ask(*behind.asked())
    behind.let_go.set()
    assert behind.over.wait(PATIENCE)
    assert not mine.over.is_set()
    assert not visitor.ask(turns, *Work().asked())
    gone, known = weakref.ref(visitor), weakref.ref(mine)
    del visitor, mine
    gc.collect()
    assert gone() is None and known() is None
