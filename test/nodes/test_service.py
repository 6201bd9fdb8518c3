"""/synthesize as a client in another process sees it."""

import array
import math

import numpy as np
import pytest
import trimesh
from geometry_msgs.msg import PoseStamped
from scipy.spatial.transform import Rotation
from std_msgs.msg import Header

from diffh2o_ros.action import Synthesize as SynthesizeAction
from diffh2o_ros.errors import ErrorCode
from diffh2o_ros.hands.skeleton import rest_joints
from diffh2o_ros.msg import HandGrasp, TriangleMesh
from diffh2o_ros.nodes.from_messages import interaction_from_message
from diffh2o_ros.nodes.mesh_messages import mesh_message, read_mesh
from diffh2o_ros.nodes.to_messages import poses
from diffh2o_ros.srv import Synthesize
from diffh2o_ros.synthesis.warning import WarningCode

CODES, ASK = Synthesize.Response, Synthesize.Request


def request(mesh, task="pick up the box with the right hand", **fields):
    return Synthesize.Request(mesh=mesh, task=task, **fields)


def test_a_request_is_answered_in_full(client, box):
    response = client.synthesize(
        request(box, header=Header(frame_id="/table"), seed=3, with_vertices=True)
    )
    assert (response.error_code, response.error_message) == (CODES.NONE, "")
    (message,) = response.interactions
    assert (message.header.frame_id, message.seed, message.sample) == ("table", 3, 0)  # as tf2
    assert message.header.stamp.sec > 0
    assert message.task == "pick up the box with the right hand"
    assert "grasp_stage" in response.stage_names and "interaction_stage" in response.stage_names
    stages = sum(d.sec + d.nanosec / 1e9 for d in response.stage_durations)
    assert 0 < stages <= response.total_duration.sec + response.total_duration.nanosec / 1e9

    interaction = interaction_from_message(message)
    assert 0 < interaction.grasp_frame < interaction.num_frames
    np.testing.assert_allclose(interaction.object_pose[0], np.eye(4), atol=1e-6)
    low, high = interaction.object_vertices.min(0), interaction.object_vertices.max(0)
    np.testing.assert_allclose([low, high], [[0.37, 0.07, 0.8], [0.43, 0.13, 0.9]], atol=1e-4)
    for hand in interaction.hands.values():
        wrist = rest_joints(hand.side)[0].numpy() + hand.transl
        np.testing.assert_allclose(hand.joints[:, 0], wrist, atol=1e-3)


def turned(mesh, matrix):
    """A mesh moved by (4, 4)."""
    vertices, faces = read_mesh(mesh)
    return mesh_message(vertices @ matrix[:3, :3].T + matrix[:3, 3], faces)


@pytest.fixture(scope="module")
def upset():
    """A pose, tilted and turned, as a matrix and as a message."""
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_euler("xyz", [2.0, 0.3, 0.8]).as_matrix()
    matrix[:3, 3] = 0.4, 0.1, 0.85
    return matrix, PoseStamped(pose=poses(matrix[None])[0])


def test_an_object_with_a_pose_is_the_object_that_stands_there(client, box, upset):
    """The mesh is in the object's own frame, as pose estimators have it."""
    matrix, pose = upset
    vertices, faces = read_mesh(box)
    own = mesh_message(vertices - [0.4, 0.1, 0.85], faces)
    fields = {"seed": 3, "header": Header(frame_id="/world"), "with_vertices": True}
    response = client.synthesize(request(own, object_pose=[pose], **fields))
    (message,) = response.interactions
    assert message.header.frame_id == "world" and response.warnings == []
    found = interaction_from_message(message)
    np.testing.assert_allclose(found.object_pose[0], matrix, atol=1e-5)
    np.testing.assert_allclose(found.object_vertices.max(0), [0.03, 0.03, 0.05], atol=1e-5)

    (there,) = client.synthesize(request(turned(own, matrix), **fields)).interactions
    for hand, same in zip(message.hands, there.hands, strict=True):
        np.testing.assert_allclose(hand.keypoints, same.keypoints, atol=2e-3)


def test_the_wrist_s_path_is_that_of_its_keypoint_and_rotation(client, box):
    (message,) = client.synthesize(request(box)).interactions
    for hand in message.hands:
        assert len(hand.wrist_poses) == hand.num_frames
        place = [(p.position.x, p.position.y, p.position.z) for p in hand.wrist_poses]
        turn = [[getattr(p.orientation, a) for a in "xyzw"] for p in hand.wrist_poses]
        keypoints = np.reshape(hand.keypoints, (-1, 21, 3))
        np.testing.assert_allclose(place, keypoints[:, 0], atol=1e-6)
        angles = Rotation.from_rotvec(np.reshape(hand.global_orient, (-1, 3)))
        apart = (angles.inv() * Rotation.from_quat(turn)).magnitude()
        np.testing.assert_allclose(apart, 0, atol=1e-5)


def test_a_mesh_may_be_named(client, box, tmp_path):
    named = "package://diffh2o_ros/assets/mug.ply"
    response = client.synthesize(Synthesize.Request(task="lift the mug", mesh_resource=named))
    assert response.error_code == CODES.NONE, response.error_message

    vertices, faces = read_mesh(box)
    trimesh.Trimesh(vertices, faces).export(tmp_path / "a box.ply")
    named = Synthesize.Request(task="lift it", mesh_resource=f"file://{tmp_path}/a%20box.ply")
    response = client.synthesize(named)
    assert response.error_code == CODES.INVALID_MESH and "mesh_folders" in response.error_message
    client.set_parameters(mesh_folders=[str(tmp_path)])
    assert client.synthesize(named).error_code == CODES.NONE


def test_a_target_below_the_table_is_done_with_as_asked(client, box):
    """Fingertips 2 cm below the box's foot."""
    tips = np.full((5, 3), np.nan, np.float32)
    tips[:3] = [0.37, 0.1, 0.78], [0.43, 0.11, 0.78], [0.43, 0.09, 0.78]
    target = HandGrasp(side="right", fingertips=tips.ravel())

    def answer(**fields):
        return client.synthesize(request(box, grasps=[target], **fields))

    for rule in (ASK.BELOW_TABLE_DEFAULT, ASK.BELOW_TABLE_LIFTED):
        response = answer(below_table=rule)
        assert CODES.TARGET_BELOW_TABLE in response.warning_codes
        assert ("moved up" in response.warnings[0]) == (rule == ASK.BELOW_TABLE_LIFTED)
    refused = answer(below_table=ASK.BELOW_TABLE_REFUSED)
    assert refused.error_code == CODES.INVALID_GRASP
    assert "2.0 cm below the table" in refused.error_message
    for table in ({"table": ASK.TABLE_NONE}, {"table": ASK.TABLE_AT_HEIGHT, "table_height": 0.7}):
        response = answer(below_table=ASK.BELOW_TABLE_REFUSED, **table)
        assert response.error_code == CODES.NONE
        assert CODES.TARGET_BELOW_TABLE not in response.warning_codes


def test_the_same_seed_gives_the_same_motion(client, box):
    first, again, other = (
        client.synthesize(request(box, seed=seed)).interactions[0].hands for seed in (1, 1, 2)
    )
    assert [hand.keypoints for hand in first] == [hand.keypoints for hand in again]
    assert [hand.keypoints for hand in first] != [hand.keypoints for hand in other]


def test_several_samples_differ(client, box):
    interactions = client.synthesize(request(box, num_samples=3)).interactions
    assert [motion.sample for motion in interactions] == [0, 1, 2]
    assert len({bytes(motion.hands[0].transl) for motion in interactions}) == 3


def test_without_vertices_by_default(client, box):
    (motion,) = client.synthesize(request(box)).interactions
    assert len(motion.hands[0].vertices) == 0 and len(motion.object.vertices) == 0
    assert len(motion.hands[0].hand_pose) == motion.num_frames * 45


def test_refinement_is_a_parameter_that_a_request_may_skip(client, box):
    raw = client.synthesize(request(box, seed=5))
    client.set_parameters(refine=True)
    try:
        refined = client.synthesize(request(box, seed=5))
        skipped = client.synthesize(request(box, seed=5, skip_refinement=True))
    finally:
        client.set_parameters(refine=False)
    poses = [r.interactions[0].hands[0].hand_pose for r in (raw, refined, skipped)]
    assert poses[0] == poses[2] != poses[1]


def grasped(client, box, **fields):
    """The right hand's wrist pose and keypoints at the grasp frame, and the whole reply."""
    response = client.synthesize(request(box, steps=10, **fields))
    assert response.error_code == CODES.NONE
    (motion,) = response.interactions
    hand = next(hand for hand in motion.hands if hand.side == "right")
    frame = motion.grasp_frame - 1
    orient, transl, keypoints = (
        np.reshape(values, (motion.num_frames, -1))[frame].astype(np.float32)
        for values in (hand.global_orient, hand.transl, hand.keypoints)
    )
    return orient, transl, keypoints.reshape(21, 3), response


def test_a_grasp_is_heeded(client, box):
    """The wrist comes nearer to where it is asked for than it does of its own accord."""
    orient, transl, wanted, _ = grasped(client, box, seed=3)
    target = HandGrasp(side="right", global_orient=orient, transl=transl, wrist_only=True)
    misses = []
    for grasps in ([], [target]):
        _, _, found, response = grasped(client, box, seed=4, grasps=grasps)
        misses.append(np.linalg.norm(found[0] - wanted[0]))
        assert response.warnings == []
    assert misses[1] < 0.5 * misses[0]


def test_a_grasp_that_does_not_fit_is_left_aside_with_a_warning(client, box):
    """The back of the hand is to the box."""
    wanted = read_mesh(box)[0].mean(0) + [-0.06, -0.10, 0.05]
    transl = (wanted - rest_joints("right")[0].numpy()).astype(np.float32)
    target = HandGrasp(side="right", transl=transl, wrist_only=True)
    _, _, _, response = grasped(client, box, grasps=[target])
    (warning,) = response.warnings
    assert "does not fit" in warning
    assert list(response.warning_codes) == [response.TARGET_LEFT_ASIDE]


def test_codes_are_the_librarys():
    """Numbers and names, and none that the library does not know."""
    known = {code.name: int(code) for code in (*ErrorCode, *WarningCode)}
    for interface in (Synthesize.Response, SynthesizeAction.Result):
        constants = {n: c for n in dir(interface) if isinstance(c := getattr(interface, n), int)}
        assert constants == known


def with_vertex(mesh, x):
    vertices = array.array("f", [x, *mesh.vertices[1:]])
    return TriangleMesh(vertices=vertices, triangles=mesh.triangles)


def scaled(mesh, factor):
    vertices, faces = read_mesh(mesh)
    return mesh_message(factor * vertices, faces)


def out_of_range(mesh):
    triangles = mesh.triangles + array.array("I", [0, 1, 99])
    return TriangleMesh(vertices=mesh.vertices, triangles=triangles)


def grasp(**fields):
    return HandGrasp(**({"side": "right", "hand_pose": array.array("f", [0.0] * 45)} | fields))


#: name: what to change in a good request, the code, and a word of the message.
BAD = {
    "no mesh": (lambda mesh: {"mesh": TriangleMesh()}, CODES.NO_MESH, "object_mesh"),
    "no triangles": (
        lambda mesh: {"mesh": TriangleMesh(vertices=mesh.vertices)},
        CODES.INVALID_MESH,
        "empty",
    ),
    "NaN vertex": (lambda mesh: {"mesh": with_vertex(mesh, math.nan)}, CODES.INVALID_MESH, "NaN"),
    "index out of range": (lambda mesh: {"mesh": out_of_range(mesh)}, CODES.INVALID_MESH, "99"),
    "millimeters": (lambda mesh: {"mesh": scaled(mesh, 1000)}, CODES.INVALID_MESH, "millimet"),
    "empty task": (lambda mesh: {"task": "  "}, CODES.INVALID_TASK, "task"),
    "endless task": (lambda mesh: {"task": "lift it " * 1250}, CODES.INVALID_TASK, "1000"),
    "grasp with NaN": (
        lambda mesh: {"grasps": [grasp(transl=[0.0, math.nan, 0.0])]},
        CODES.INVALID_GRASP,
        "NaN",
    ),
    "grasp of wrong length": (
        lambda mesh: {"grasps": [grasp(hand_pose=array.array("f", [0.0] * 44))]},
        CODES.INVALID_GRASP,
        "45",
    ),
    "grasp of no hand": (
        lambda mesh: {"grasps": [grasp(side="middle")]},
        CODES.INVALID_GRASP,
        "middle",
    ),
    "too many samples": (
        lambda mesh: {"num_samples": 10_000},
        CODES.INVALID_REQUEST,
        "num_samples",
    ),
    "too large a seed": (lambda mesh: {"seed": 2**63}, CODES.INVALID_REQUEST, "seed"),
    "too many steps": (lambda mesh: {"steps": 5000}, CODES.INVALID_REQUEST, "steps"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_and_the_next_request_answered(client, box, name):
    change, code, word = BAD[name]
    response = client.synthesize(Synthesize.Request(**({"mesh": box, "task": "x"} | change(box))))
    assert response.error_code == code
    assert word in response.error_message
    assert "\n" not in response.error_message and not response.interactions
    assert client.synthesize(request(box)).error_code == CODES.NONE
