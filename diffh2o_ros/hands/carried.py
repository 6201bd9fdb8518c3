"""Points that a posed hand carries, and how anything about them changes with the pose.

Descent on contact poses a hand hundreds of times for one motion. Left to autograd, each time is a
few hundred small operations. Here the way there is one matrix product after the kinematic chain,
and the way back is statics: forces at the points become forces and torques at the joints, which
are summed from the fingertips to the wrist (the transposed geometric Jacobian; Murray, Li & Sastry,
"A Mathematical Introduction to Robotic Manipulation", 1994, chapter 3).
"""

from __future__ import annotations

import torch
from torch import Tensor

from diffh2o_ros.hands.skeleton import NUM_JOINTS, PARENTS, rest_joints

#: Rotation vectors under this angle (radians) use the series of the left Jacobian.
_SMALL = 0.1


class CarriedPoints:
    """Points and directions fixed to the joints of one hand at rest.

    Args:
        side: "left" or "right".
        joints: (N,) int64, the joint that carries each point; points: (N, 3) at rest, meters.
        direction_joints: (M,) int64; directions: (M, 3) unit vectors at rest.
        device, dtype: of the results.
    """

    def __init__(
        self,
        side: str,
        joints: Tensor,
        points: Tensor,
        direction_joints: Tensor,
        directions: Tensor,
        device: torch.device | str = "cpu",
        dtype: torch.dtype = torch.float32,
    ) -> None:
        rest = rest_joints(side)
        joints, direction_joints = joints.cpu(), direction_joints.cpu()
        self.num_points = len(joints)
        # Column n holds, in the rows of its joint, what turns (rotation | position) into the point.
        columns = rest.new_zeros(NUM_JOINTS, 4, len(joints) + len(direction_joints))
        at = torch.arange(len(joints))
        columns[joints, :3, at] = (points.cpu() - rest[joints]).float()
        columns[joints, 3, at] = 1.0
        at = len(joints) + torch.arange(len(direction_joints))
        columns[direction_joints, :3, at] = directions.cpu().float()
        parents = torch.tensor(PARENTS[1:])
        bones = rest[1:] - rest[parents]
        below = torch.eye(NUM_JOINTS, dtype=dtype)  # [j, k]: joint k moves with joint j
        for joint in range(NUM_JOINTS - 1, 0, -1):
            below[PARENTS[joint]] += below[joint]

        def constant(values) -> Tensor:
            return torch.as_tensor(values).to(device=device, dtype=dtype)

        self.columns = constant(columns.flatten(0, 1))  # (64, N + M)
        self.bones = constant(bones).view(5, 3, 3, 1)  # finger, level
        self.below = constant(below)
        self.skew = constant(
            [
                [0, 0, 0, 0, 0, -1, 0, 1, 0],
                [0, 0, 1, 0, 0, 0, -1, 0, 0],
                [0, -1, 0, 1, 0, 0, 0, 0, 0],
            ]
        )
        self.eye = constant(torch.eye(3, dtype=dtype))

    def __call__(
        self, wrist: Tensor, rotation: Tensor, rotvec: Tensor, hand_pose: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Where they are: points (..., N, 3), meters, and directions (..., M, 3).

        Args:
            wrist: (..., 3) position of joint 0, meters.
            rotation: (..., 3, 3) of the wrist before it is turned. Its gradient is that of
                rotating it: what leads away from rotations is left out.
            rotvec: (..., 3) rotation vector that turns the hand about its wrist.
            hand_pose: (..., 45) axis-angle.
        """
        placed = _Placing.apply(wrist, rotvec, hand_pose, rotation, self)
        return placed[..., : self.num_points, :], placed[..., self.num_points :, :]

    def chain(
        self, wrist: Tensor, rotation: Tensor, vectors: Tensor
    ) -> tuple[Tensor, Tensor, tuple[Tensor, ...]]:
        """Rotations (..., 16, 3, 3) and positions (..., 16, 3) of the joints, the factors of the
        left Jacobian of `vectors` (..., 16, 3), the wrist's turn and then the pose, and the turn
        (..., 3, 3)."""
        squared = vectors.square().sum(-1, keepdim=True).unsqueeze(-1)
        angle = squared.sqrt()
        sine = torch.sinc(angle / torch.pi)  # sin(x) / x
        versine = 0.5 * torch.sinc(angle / (2 * torch.pi)).square()  # (1 - cos(x)) / x^2
        crossed = (vectors @ self.skew).unflatten(-1, (3, 3))
        outer = vectors.unsqueeze(-1) * vectors.unsqueeze(-2)
        local = (1 - versine * squared) * self.eye + sine * crossed + versine * outer
        root = (local[..., 0, :, :] @ rotation).unsqueeze(-3)
        fingers = local[..., 1:, :, :].unflatten(-3, (5, 3))
        origin = wrist.unsqueeze(-2)
        bone_rotation, position = root, origin
        rotations, positions = [], []
        for level in range(3):
            position = position + (bone_rotation @ self.bones[:, level]).squeeze(-1)
            bone_rotation = bone_rotation @ fingers[..., level, :, :]
            positions.append(position)
            rotations.append(bone_rotation)
        rotations = torch.stack(rotations, -3).flatten(-4, -3)
        positions = torch.stack(positions, -2).flatten(-3, -2)
        return (
            torch.cat([root, rotations], -3),
            torch.cat([origin, positions], -2),
            (squared, sine, versine, crossed, outer, local[..., 0, :, :]),
        )


class _Placing(torch.autograd.Function):
    @staticmethod
    def forward(ctx, wrist, rotvec, hand_pose, rotation, carried):
        vectors = torch.cat([rotvec.unsqueeze(-2), hand_pose.unflatten(-1, (15, 3))], -2)
        rotations, positions, factors = carried.chain(wrist, rotation, vectors)
        ctx.carried, ctx.factors = carried, factors
        ctx.save_for_backward(rotations, positions)
        frames = torch.cat([rotations, positions.unsqueeze(-1)], -1)  # (..., 16, 3, 4)
        rows = frames.transpose(-3, -2).flatten(-2)  # (..., 3, 64)
        return (rows @ carried.columns).transpose(-2, -1)

    @staticmethod
    def backward(ctx, force):
        carried = ctx.carried
        rotations, positions = ctx.saved_tensors
        pushed = (force.transpose(-2, -1) @ carried.columns.T).unflatten(-1, (NUM_JOINTS, 4))
        pushed = pushed.transpose(-3, -2)  # (..., 16, 3, 4): sums of force x lever, and of force
        lever = pushed[..., :3] @ rotations.transpose(-2, -1)
        # The torque about each joint of what it carries itself: the lever's skew part.
        torque = lever.flatten(-2) @ carried.skew.T
        own = pushed[..., 3]
        about_origin = torque + torch.linalg.cross(positions, own)
        wrench = carried.below @ torch.cat([own, about_origin], -1)
        total = wrench[..., :3]
        torque = wrench[..., 3:] - torch.linalg.cross(positions, total)
        # exp(v + dv) = exp(J dv) exp(v): the left Jacobian, in the frame of the parent joint.
        squared, sine, versine, crossed, outer, local_root = ctx.factors
        third = torch.where(
            squared < _SMALL**2, 1 / 6 - squared / 120, (1 - sine) / squared.clamp_min(_SMALL**2)
        )
        jacobian = sine * carried.eye + versine * crossed + third * outer
        root = rotations[..., :1, :, :]
        upper = rotations[..., 1:, :, :].unflatten(-3, (5, 3))[..., :2, :, :]
        first = root.unsqueeze(-4).expand(*upper.shape[:-3], 1, 3, 3)
        parents = torch.cat([first, upper], -3).flatten(-4, -3)
        local = (torque[..., 1:, None, :] @ parents).squeeze(-2)
        local = torch.cat([torque[..., :1, :], local], -2)
        gradient = (local.unsqueeze(-2) @ jacobian).squeeze(-2)
        rotation_gradient = None
        if ctx.needs_input_grad[3]:
            # Rotating the wrist by d changes the energy by torque . d = <[torque]x R / 2, [d]x R>.
            twist = (torque[..., 0, :] @ carried.skew).unflatten(-1, (3, 3))
            first = local_root.transpose(-1, -2)
            rotation_gradient = 0.5 * first @ twist @ rotations[..., 0, :, :]
        wrist, rotvec, pose = (
            total[..., 0, :],
            gradient[..., 0, :],
            gradient[..., 1:, :].flatten(-2),
        )
        return wrist, rotvec, pose, rotation_gradient, None
