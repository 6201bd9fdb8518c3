import pytest

from diffh2o_ros.nodes.playback import Playback


@pytest.fixture
def playback():
    return Playback(num_frames=90, fps=30.0)


def test_it_goes_with_time_and_over_and_over(playback):
    assert (playback.duration, playback.frame) == (3.0, 0)
    playback.advance(1.0, loop=True)
    assert playback.frame == 30
    playback.advance(2.5, loop=True)
    assert (playback.time, playback.frame) == (0.5, 15)


def test_once_it_stays_at_the_end(playback):
    playback.advance(99.0, loop=False)
    assert (playback.time, playback.frame) == (3.0, 89)
    playback.advance(0.1, loop=True)
    assert playback.frame == 3


def test_paused_it_stays_and_can_be_moved(playback):
    playback.running = False
    playback.advance(1.0, loop=True)
    assert playback.frame == 0
    playback.seek(2.0)
    assert playback.frame == 60
    playback.seek(99.0)
    assert playback.frame == 89
