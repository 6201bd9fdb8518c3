"""/synthesize_action as a client in another process sees it."""

import time

import pytest
from action_msgs.msg import GoalStatus
from rclpy.action import ActionClient

from diffh2o_ros.action import Synthesize as SynthesizeAction
from diffh2o_ros.msg import HandGrasp
from diffh2o_ros.srv import Synthesize

CODES = SynthesizeAction.Result


@pytest.fixture(scope="module")
def actions(client):
    actions = ActionClient(client.node, SynthesizeAction, "/synthesize_action")
    assert actions.wait_for_server(timeout_sec=10)
    client.wait_for_node()
    yield actions
    actions.destroy()


class Sent:
    """A goal on its way."""

    def __init__(self, client, actions, mesh, **fields):
        self._client = client
        self.feedback = []
        goal = SynthesizeAction.Goal(mesh=mesh, **({"task": "lift the box"} | fields))
        self.handle = client.wait(
            actions.send_goal_async(goal, lambda m: self.feedback.append(m.feedback)), 10
        )
        assert self.handle.accepted
        self._result = self.handle.get_result_async()

    def wait_for_feedback(self):
        deadline = time.monotonic() + 30
        while not self.feedback:
            assert time.monotonic() < deadline
            self._client.spin(0.02)

    def cancel(self):
        return self._client.wait(self.handle.cancel_goal_async(), 10)

    def result(self):
        answer = self._client.wait(self._result, 60)
        return answer.status, answer.result


@pytest.fixture
def send(client, actions, box):
    return lambda **fields: Sent(client, actions, box, **fields)


def test_action_and_service_share_fields_and_codes():
    def fields(kind):
        return kind.get_fields_and_field_types()

    assert fields(SynthesizeAction.Goal) == fields(Synthesize.Request)
    assert fields(SynthesizeAction.Result) == fields(Synthesize.Response)
    names = [name for name in dir(Synthesize.Response) if name.isupper()]
    assert len(names) >= 10 and all(
        getattr(Synthesize.Response, name) == getattr(CODES, name) for name in names
    )


def test_every_sampling_step_is_told_and_the_result_is_the_service_s(client, send, box):
    goal = send(steps=5, seed=3)
    status, result = goal.result()
    assert (status, result.error_code) == (GoalStatus.STATUS_SUCCEEDED, CODES.NONE)
    steps = [(f.stage, f.step, f.total) for f in goal.feedback]
    for stage in ("grasp", "interaction"):
        assert [s for s in steps if s[0] == stage] == [(stage, i, 5) for i in range(1, 6)]
    assert "grasp_stage" in result.stage_names and result.total_duration.nanosec > 0
    asked = Synthesize.Request(mesh=box, task="lift the box", steps=5, seed=3)
    response = client.synthesize(asked)
    (one,), (other,) = response.interactions[0].hands, result.interactions[0].hands
    assert one.keypoints == other.keypoints


def test_cancel_takes_effect_within_a_step(client, send):
    goal = send(steps=1000)
    goal.wait_for_feedback()
    started = time.monotonic()
    assert len(goal.cancel().goals_canceling) == 1
    told = len(goal.feedback)
    status, result = goal.result()
    took = time.monotonic() - started
    assert (status, result.error_code) == (GoalStatus.STATUS_CANCELED, CODES.CANCELED)
    assert result.error_message == "the goal was canceled" and not result.interactions
    assert took < 2 and len(goal.feedback) - told <= 2
    assert send(steps=1).result()[1].error_code == CODES.NONE


def test_a_goal_that_waits_is_canceled_at_once(send):
    running = send(steps=1000)
    running.wait_for_feedback()
    waiting = send()
    waiting.cancel()
    status, result = waiting.result()
    assert (status, result.error_code) == (GoalStatus.STATUS_CANCELED, CODES.CANCELED)
    assert not waiting.feedback
    told = len(running.feedback)
    running.wait_for_feedback()
    running.cancel()
    assert running.result()[0] == GoalStatus.STATUS_CANCELED and len(running.feedback) >= told


def test_bad_input_aborts_with_the_service_s_words(client, send, box):
    status, result = send(task=" ").result()
    assert (status, result.error_code) == (GoalStatus.STATUS_ABORTED, CODES.INVALID_TASK)
    response = client.synthesize(Synthesize.Request(mesh=box, task=" "))
    assert response.error_message == result.error_message


def test_a_grasp_in_a_frame_that_cannot_be_known_is_refused(send):
    grasp = HandGrasp(side="right", transl=[0.4, 0.1, 0.9], wrist_only=True)
    grasp.header.frame_id = "camera"
    status, result = send(grasps=[grasp]).result()
    assert (status, result.error_code) == (GoalStatus.STATUS_ABORTED, CODES.INVALID_GRASP)
    assert "'camera'" in result.error_message and "'world'" in result.error_message
    grasp.header.frame_id = "world"
    assert send(grasps=[grasp]).result()[0] == GoalStatus.STATUS_SUCCEEDED


def test_an_inactive_node_says_so(client, send):
    assert client.deactivate()
    try:
        status, result = send().result()
        assert (status, result.error_code) == (GoalStatus.STATUS_ABORTED, CODES.NOT_ACTIVE)
        assert "the node is inactive" in result.error_message
    finally:
        assert client.activate()


def test_deactivating_ends_a_goal_that_runs(client, send):
    goal = send(steps=1000)
    goal.wait_for_feedback()
    assert client.deactivate()
    status, result = goal.result()
    assert (status, result.error_code) == (GoalStatus.STATUS_ABORTED, CODES.CANCELED)
    assert "deactivated" in result.error_message
    assert client.activate()
