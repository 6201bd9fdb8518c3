"""A target grasp: a hand beside the object, put where it should hold it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from scipy.spatial.transform import Rotation
from viser import ClientHandle

from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.hands.parametric.openhand import OpenHand
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.hands.skeleton import rest_joints
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.studio.display import Display, origin_of, quaternions
from diffh2o_ros.studio.words import DIM, Words

GHOST = (70, 170, 110)  #: sRGB
#: A hand that is put beside an object: meters from its side, and from the wrist to the fingers.
_GAP, _REACH = 0.035, 0.09


def grasp_of(motion: Interaction, side: str) -> Grasp:
    """The whole-hand target that asks for the grasp of a motion: as the hand holds the object in
    the last frame of the reach, where the object lay in the first."""
    frame, hand = max(motion.grasp_frame - 1, 0), motion.hands[side]
    held = Grasp(side, hand.global_orient[frame], hand.transl[frame], hand.hand_pose[frame])
    pose = motion.object_pose.astype(float)
    return held.moved(pose[0] @ np.linalg.inv(pose[frame]))


def beside(mesh: Mesh, side: str) -> Grasp:
    """A wrist at the side of an object where the person's hand comes from, its palm towards it,
    fingers away from the person, thumb up."""
    low, high = mesh.vertices.min(0), mesh.vertices.max(0)
    middle = (low + high) / 2
    if side == "right":
        rotation, y = Rotation.from_rotvec((0, 0, np.pi)), low[1] - _GAP
    else:
        rotation, y = Rotation.identity(), high[1] + _GAP
    wrist = np.array([middle[0] - _REACH, y, middle[2]])
    return Grasp(side, rotation.as_rotvec(), wrist - rest_joints(side)[0].numpy())


class TargetHand:
    """A visitor's controls of the target, and the hand in the scene that can be dragged.

    Args:
        mesh: gives the object, None where there is none.
        held: gives the motion that is looked at, None where there is none.
    """

    def __init__(
        self,
        client: ClientHandle,
        display: Display,
        mesh: Callable[[], Mesh | None],
        held: Callable[[], Interaction | None],
    ) -> None:
        self._client, self._display, self._mesh, self._held = client, display, mesh, held
        self._asked: Grasp | None = None
        self._gizmo = None
        gui = client.gui
        with gui.add_folder("Target grasp", expand_by_default=False):
            self._side = gui.add_dropdown("Hand to place", tuple(SIDES[::-1]))
            self._buttons = (
                gui.add_button("Place a wrist", hint="to be dragged; its fingers are free"),
                gui.add_button("Take from motion", hint="the whole hand of the motion shown"),
                gui.add_button("No target", disabled=True),
            )
            self._words = Words(gui, "target")
        self._buttons[0].on_click(lambda _: self._place())
        self._buttons[1].on_click(lambda _: self._take())
        self._buttons[2].on_click(lambda _: self.remove())
        self.remove()

    @property
    def grasp(self) -> Grasp | None:
        """The target, in the frame of the mesh; None where there is none."""
        if self._asked is None or self._gizmo is None:
            return None
        side, mesh = self._asked.side, self._mesh()
        wxyz = np.asarray(self._gizmo.wxyz, float)
        wrist = np.asarray(self._gizmo.position, float) + origin_of(mesh.vertices)
        orient = Rotation.from_quat(np.roll(wxyz, -1)).as_rotvec()
        transl = wrist - rest_joints(side)[0].numpy()
        return Grasp(side, orient, transl, self._asked.hand_pose)

    def remove(self) -> None:
        """Goes on without a target."""
        self._asked = None
        if self._gizmo is not None:
            self._root.remove()
            self._gizmo = None
        self._buttons[2].disabled = True
        self._words.say(("none: hands grasp as they like", DIM))

    def follow(self) -> None:
        """Goes along to where the first object stands now."""
        if self._gizmo is not None:
            self._root.position = (0.0, self._display.aside, 0.0)

    def _place(self) -> None:
        mesh = self._mesh()
        if mesh is not None:
            self._show(beside(mesh, self._side.value), "drag it to where it should hold the object")

    def _take(self) -> None:
        motion = self._held()
        if motion is None:
            self._words.say(("there is no motion yet: synthesize one, or place a wrist", DIM))
            return
        side = self._side.value if self._side.value in motion.hands else next(iter(motion.hands))
        self._show(grasp_of(motion, side), "as in the motion shown; it can be dragged")

    def _show(self, grasp: Grasp, words: str) -> None:
        scene, rest = self._client.scene, rest_joints(grasp.side)[0].numpy()
        hand = OpenHand(grasp.side)
        pose = np.zeros(45) if grasp.hand_pose is None else grasp.hand_pose
        about_wrist = (np.zeros(3), -rest, pose)
        with torch.no_grad():
            skin = hand(*(torch.as_tensor(v, dtype=torch.float32) for v in about_wrist)).vertices
        wrist = rest + grasp.transl - origin_of(self._mesh().vertices)
        rotation = Rotation.from_rotvec(grasp.global_orient).as_matrix()
        with self._client.atomic():
            if self._gizmo is not None:
                self._root.remove()
            self._root = scene.add_frame("/target", show_axes=False)
            self._gizmo = scene.add_transform_controls(
                "/target/wrist",
                *(0.09,),
                line_width=3.0,
                depth_test=False,
                wxyz=quaternions(rotation),
                position=wrist,
            )
            scene.add_mesh_simple(
                "/target/wrist/hand",
                *(skin.numpy(), hand.faces.numpy()),
                color=GHOST,
                opacity=0.6,
                cast_shadow=False,
            )
            self._asked = grasp
            self.follow()
        self._buttons[2].disabled = False
        what = "wrist" if grasp.wrist_only else "hand"
        self._words.say((f"{grasp.side} {what}: {words}", DIM))
