"""Ways to say that one hand gives something to the other.

Where one hand is named, the text tells which of the two it is; @ takes the first hand's name.
"""

from __future__ import annotations

from diffh2o_ros.data.language.template import parse

OFFHAND = parse("""
    8 {pass} <obj> from one hand to the other
    6 {hand} <obj> from one hand to the other
    5 {move} <obj> from one hand to the other
    4 {switch} <obj> from one hand to the other
    4 {transfer} <obj> from one hand to the other
    4 {transfer} <obj> to the other hand
    3 {shift} <obj> into the other hand
    3 {switch} hands with <obj>
    3 {change} hands with <obj>
    2 {change} the hand that holds <obj>
    2 {swap} <obj> over to the other hand
    3 {swap} hands while holding <obj>
    3 {give} <obj> to the other hand
    4 {pick} up <obj> @! and {switch} <it> to the other hand
    6 {pick} up <obj> @! and {pass} <it> to the other hand
    5 {take} <obj> @! and {hand} <it> over to the other hand
    4 {take} <obj> @! and {give} <it> to the other hand
    4 {grab} <obj> @! and {move} <it> into the other hand
    4 {lift} <obj> @! and {transfer} <it> to the other hand
    3 {grasp} <obj> @!, {lift} <it> and {pass} <it> to the other hand
    3 {pick} up <obj> @! and {change} hands
    3 {lift} <obj> @! and {swap} hands
    3 {take} <obj> @! and {switch} hands
    2 {take} <obj> @! and {let} the other hand take over
    2 {raise} <obj> @!, {bring} the hands together and {hand} <it> over to the other one
    2 {lift} <obj> @!, {bring} <it> to the other hand and {let} go with the first
    2 {grab} <obj> @! and {hold} <it> out for the other hand to take
    10 {pass} <obj> from <hand> to <other>
    8 {hand} <obj> from <hand> to <other>
    6 {move} <obj> from <hand> to <other>
    6 {transfer} <obj> from <hand> to <other>
    5 {switch} <obj> from <hand> to <other>
    4 {give} <obj> from <hand> to <other>
    3 {shift} <obj> from <hand> into <other>
    3 {hand} <obj> over from <hand> to <other>
    5 {pass} <obj> from the <side> to the <far> hand
    4 {transfer} <obj> from the <side> hand to the <far>
    4 {move} <obj> from the <side> to the <far> hand
    3 {change} <obj> from <poss> <side> to <poss> <far> hand
    2 {swap} <obj> from <side> to <far> hand
    4 {take} <obj> in <hand> and {pass} <it> to <other>
    4 {take} <obj> in <hand> and {hand} <it> over to the other one
    3 {hold} <obj> in <hand> and {transfer} <it> to <other>
    3 {use} <hand> to pick up <obj> and pass <it> to <other>
    3 {use} <hand> to give <obj> to <other>
    2 {use} <hand> to lift <obj> and hand <it> to the other
    8 {take} <obj> @! and {hand} <it> to <other>
    8 {pick} up <obj> @! and {pass} <it> to <other>
    6 {pick} up <obj> @! and {hand} <it> over to <other>
    5 {grab} <obj> @! and {give} <it> to <other>
    5 {lift} <obj> @! and {transfer} <it> to <other>
    4 {pick} <obj> up @! and {move} <it> into <other>
    4 {grasp} <obj> @! and {put} <it> into <other>
    4 {take} <obj> @! and {switch} <it> over to <other>
    3 {grasp} <obj> @!, {lift} <it> and {pass} <it> to <other>
    3 {raise} <obj> @!, {bring} <it> to <other> and {let} go with the first hand
    3 {grab} <obj> @! and {place} <it> in <other>
    3 {take} <obj> @! and {let} <other> take over
    2 {lift} <obj> @! and {hold} <it> out for <other> to take
    2 {pick} up <obj> @! and {shift} <it> to <other>
    2 {reach} for <obj> @!, {pick} <it> up and {hand} <it> to <other>
""")
