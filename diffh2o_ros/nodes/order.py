"""What one synthesis is asked to do, whether through service, action or topics."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from std_msgs.msg import Header

from diffh2o_ros.action import Synthesize as SynthesizeAction
from diffh2o_ros.geometry.table import DROP_TABLE, LIFT, NO_TABLE, REFUSE, UNDER_OBJECT, Table
from diffh2o_ros.motion.grasp import Grasp, GraspError
from diffh2o_ros.nodes.errors import RequestError
from diffh2o_ros.nodes.frame_names import frame_name
from diffh2o_ros.nodes.from_messages import grasp_from_message
from diffh2o_ros.nodes.inputs import Inputs
from diffh2o_ros.nodes.mesh_messages import ReadMesh, read_mesh
from diffh2o_ros.nodes.mesh_resource import find_resource
from diffh2o_ros.nodes.parameters import AT_HEIGHT, Settings
from diffh2o_ros.nodes.request_frames import RequestFrames
from diffh2o_ros.srv import Synthesize
from diffh2o_ros.synthesis.options import MOST_SAMPLES, RequestOptions
from diffh2o_ros.synthesis.warning import ResultWarning

Request = Synthesize.Request | SynthesizeAction.Goal
"""They have the same fields."""

_R = Synthesize.Request
_TABLE = {_R.TABLE_UNDER_OBJECT: UNDER_OBJECT, _R.TABLE_NONE: NO_TABLE}
_BELOW_TABLE = {
    _R.BELOW_TABLE_DROPS_TABLE: DROP_TABLE,
    _R.BELOW_TABLE_REFUSED: REFUSE,
    _R.BELOW_TABLE_LIFTED: LIFT,
}


@dataclass(frozen=True)
class Order:
    """A synthesis to do, checked as far as is cheap; the library checks mesh and task."""

    read_mesh: ReadMesh
    task: str
    frame_id: str
    """Of the result."""
    options: RequestOptions
    object_pose: np.ndarray | None = None
    """(4, 4), takes the mesh's points to the frame that is worked in; None: they are in it."""
    to_result: np.ndarray | None = None
    """(4, 4), takes points of the frame that is worked in to the result's; None: the same."""
    grasp: Grasp | None = None
    """In the frame that is worked in."""
    with_vertices: bool = False
    skip_robots: bool = False
    show_vertices: bool = False
    """Whether vertices go to the topics, too."""
    warnings: tuple[ResultWarning, ...] = ()

    @classmethod
    def from_request(cls, request: Request, settings: Settings, inputs: Inputs) -> Order:
        """Raises NoMeshError, RequestError, OptionError, PoseError or GraspError."""
        if request.num_samples > MOST_SAMPLES:
            raise RequestError(
                f"num_samples is {request.num_samples}: ask for at most {MOST_SAMPLES} at a time"
            )
        frames = RequestFrames.of(request.header, settings.frame_id, inputs.transforms)
        options = RequestOptions(
            num_samples=max(1, request.num_samples),
            seed=request.seed,
            steps=request.steps or settings.num_sampling_steps or None,
            refine=settings.refine and not request.skip_refinement,
            complete=request.complete or settings.complete,
            table=_table(request, frames, settings),
            below_table=_below_table(request, settings),
            hold=settings.hold,
            verify=request.verify,
        )
        mesh, object_pose = _object(request, frames, settings, inputs)
        grasp = None
        if request.grasps:
            (message,) = request.grasps
            transform = frames.transform_from(message.header, "the grasp", GraspError)
            grasp = grasp_from_message(message).moved(transform)
        return cls(
            read_mesh=mesh,
            task=request.task,
            frame_id=frames.result,
            options=options,
            object_pose=object_pose,
            to_result=frames.to_result if frames.is_moved else None,
            grasp=grasp,
            with_vertices=request.with_vertices,
            skip_robots=request.skip_robots,
            show_vertices=settings.publish_vertices,
            warnings=frames.warnings,
        )

    @staticmethod
    def awaited(request: Request, settings: Settings, inputs: Inputs) -> list[Header]:
        """The headers that tf has to know before `from_request`; it may be about to hear of them.

        A frame of the result that tf has never heard of is not waited for: it may be but a name.
        """
        headers = [stamped.header for stamped in (*request.object_pose, *request.grasps)]
        if not (len(request.mesh.vertices) or request.mesh_resource or request.object_pose):
            headers += inputs.unresolved()
        result = frame_name(request.header.frame_id)
        if inputs.transforms.can_transform(result, frame_name(settings.frame_id)):
            return [*headers, request.header]
        return [header for header in headers if frame_name(header.frame_id) != result]

    @classmethod
    def from_topics(cls, task: str, settings: Settings, inputs: Inputs) -> Order:
        """Raises NoMeshError, RequestError, PoseError or GraspError."""
        frames = RequestFrames.of(Header(), settings.frame_id, inputs.transforms)
        mesh, object_pose = inputs.object.transformed(frames, settings)
        return cls(
            read_mesh=mesh,
            task=task,
            frame_id=frames.result,
            options=RequestOptions(
                seed=settings.seed,
                steps=settings.num_sampling_steps or None,
                refine=settings.refine,
                complete=settings.complete,
                table=settings.table_height if settings.table == AT_HEIGHT else settings.table,
                below_table=settings.below_table,
                hold=settings.hold,
            ),
            object_pose=object_pose,
            grasp=inputs.grasp.transformed(frames, settings),
            show_vertices=settings.publish_vertices,
        )


def _object(
    request: Request, frames: RequestFrames, settings: Settings, inputs: Inputs
) -> tuple[ReadMesh, np.ndarray | None]:
    """What reads the mesh, and what takes its points to the frame that is worked in, None for
    nothing."""
    own = None
    if len(request.mesh.vertices) + len(request.mesh.triangles) > 0:
        own = partial(read_mesh, request.mesh)
    if request.mesh_resource:
        if own:
            raise RequestError("there are both a mesh and a mesh_resource: leave one of them empty")
        own = partial(find_resource, request.mesh_resource, settings.mesh_folders)
    if request.object_pose:
        pose = frames.object_at(request.object_pose[0], "object_pose")
        return own or inputs.object.read_mesh, pose
    if own:
        return own, frames.from_result if frames.is_moved else None
    return inputs.object.transformed(frames, settings)


def _table(request: Request, frames: RequestFrames, settings: Settings) -> Table:
    if request.table == _R.TABLE_AT_HEIGHT:
        return frames.height(request.table_height)
    if request.table_height != 0:
        raise RequestError(
            f"table_height is {request.table_height}, but table is {request.table}: it must be "
            "TABLE_AT_HEIGHT (2) for the height to count"
        )
    if request.table in _TABLE:
        return _TABLE[request.table]
    if request.table != _R.TABLE_DEFAULT:
        raise RequestError(
            f"table is {request.table}: it must be TABLE_DEFAULT (0), TABLE_UNDER_OBJECT (1), "
            "TABLE_AT_HEIGHT (2) or TABLE_NONE (3)"
        )
    if settings.table != AT_HEIGHT:
        return settings.table
    if frames.working != frames.own:
        raise RequestError(
            f"the node's table is at a height in {frames.own!r}, and tf does not know how "
            f"{frames.result!r} lies to it: say in the request what the object stands on"
        )
    return settings.table_height


def _below_table(request: Request, settings: Settings) -> str:
    if request.below_table == _R.BELOW_TABLE_DEFAULT:
        return settings.below_table
    if request.below_table not in _BELOW_TABLE:
        raise RequestError(
            f"below_table is {request.below_table}: it must be BELOW_TABLE_DEFAULT (0), "
            "BELOW_TABLE_DROPS_TABLE (1), BELOW_TABLE_REFUSED (2) or BELOW_TABLE_LIFTED (3)"
        )
    return _BELOW_TABLE[request.below_table]
