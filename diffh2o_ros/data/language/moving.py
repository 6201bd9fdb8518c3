"""Ways to say that something is lifted, set down elsewhere or held out to somebody."""

from __future__ import annotations

from diffh2o_ros.data.language.template import parse

LIFT = parse("""
    1 {scoop} up <obj>
    1 ~ {fetch} <obj> from the table
    1 {pull} <obj> up off the table
    1 {heave} <obj> up
    2 ~ {get} <obj> off the table
    1 {take} up <obj>
    24 {pick} up <obj> @
    16 {lift} <obj> @
    10 {lift} up <obj> @
    8 {raise} <obj> @
    8 {pick} <obj> up @
    6 {lift} <obj> up @
    5 {grab} <obj> @
    3 {grasp} <obj> @
    4 {take} <obj> @
    2 {get} <obj>
    3 {hold} up <obj> @
    4 {grab} <obj> @ and {lift} <it>
    4 {grab} <obj> @ and {raise} <it>
    4 {grab} <obj> @ and {lift} <it> up
    4 {grasp} <obj> @ and {lift} <it>
    4 {grasp} <obj> @ and {raise} <it>
    3 {take} <obj> @ and {lift} <it> up
    3 {take} hold of <obj> @ and {lift} <it>
    3 {take} hold of <obj> @ and {raise} <it> into the air
    2 {seize} <obj> @ and {pick} <it> up
    2 {grip} <obj> @ and {lift} <it> off the table
    3 {reach} for <obj> @ and {pick} <it> up
    3 {reach} for <obj> @ and {lift} <it>
    2 {reach} out, {grab} <obj> @ and {lift} <it>
    2 {reach} toward <obj>, {grasp} <it> @ and {raise} <it>
    3 {lift} <obj> off the table @
    3 {lift} <obj> from the table @
    3 {pick} up <obj> from the table
    2 {pick} <obj> up off the table
    2 ~ {take} <obj> off the table
    2 ~ {take} <obj> from the table
    2 ~ {remove} <obj> from the table
    2 {raise} <obj> off the table
    2 {raise} <obj> from the surface
    2 {raise} <obj> up
    2 {raise} <obj> into the air
    2 {lift} <obj> into the air
    2 {lift} <obj> up into the air
    1 {lift} <obj> upwards
    1 {raise} <obj> above the table
    1 {lift} <obj> above the table
    1 {elevate} <obj>
    1 {hoist} <obj>
    1 {hoist} <obj> up
    1 {bring} <obj> up
    1 {bring} <obj> up from the table
    2 {pick} <obj> up @ and {hold} <it>
    2 {pick} up <obj> @ and {hold} <it> in the air
    2 {pick} up <obj> @ and {hold} <it> up
    2 {lift} <obj> @ and {hold} <it> there
    2 ~ {lift} <obj> @ and {keep} <it> in the air
    1 {grab} <obj> @, {lift} <it> and {hold} <it> still
    1 {get} hold of <obj> @ and {pick} <it> up
    1 {get} a grip on <obj> @ and {lift} <it>
    3 {take} <obj> in <hand> and {lift} <it>
    3 {take} <obj> in <hand> and {raise} <it>
    2 {take} <obj> into <hand>
    3 {use} <hand> to pick up <obj>
    3 {use} <hand> to lift <obj>
    2 {use} <hand> to raise <obj>
    2 {use} <hand> to grab <obj> and lift <it>
    2 {reach} out with <hand> and {pick} up <obj>
    2 {reach} out with <hand>, {grasp} <obj> and {lift} <it>
    2 {reach} for <obj> with <hand>, {grab} <it> and {lift} <it> up
    1 {close} <hand> around <obj> and {lift} <it>
    1 {wrap} <hand> around <obj> and {raise} <it>
    1 {put} <hand> around <obj> and {pick} <it> up
    1 {hold} <obj> in <hand> and {raise} <it>
    1 {grip} <obj> in <hand> and {lift} <it> off the table
    2 {lift} <obj> @ and {move} <it> <to>
    2 {pick} up <obj> @ and {move} <it> <to>
    2 {raise} <obj> @ and {carry} <it> <to>
    2 {grab} <obj> @, {raise} <it> and {hold} <it> up
    2 {grip} <obj> @ and {heave} <it> up
    2 {take} <obj> @ and {bring} <it> up into the air
    2 {grasp} <obj> @ and {lift} <it> clear of the table
    1 {take} <obj> @ and {hoist} <it> up
    2 {grab} <obj> @ and {pull} <it> up
    1 {grasp} <obj> @ and {elevate} <it>
    3 both: {take} <obj> between <poss> hands and {lift} <it>
    3 both: {take} <obj> by <its> sides with a hand on each and {raise} <it>
    2 both: {lift} <obj> with a hand on either side
    2 both: {hold} <obj> from two sides with both hands and {lift} <it> up
    2 both: {grasp} <obj> between two hands and {pick} <it> up
    1 both: {put} a hand on each side of <obj> and {lift} <it>
""")

PLACE = parse("""
    2 {position} <obj> somewhere else
    1 {displace} <obj> @
    2 {position} <obj> <at>
    1 {lay} <obj> down <at>
    2 {take} <obj> and {relocate} <it> <to>
    8 {move} <obj> @
    6 {move} <obj> to another spot
    6 {move} <obj> to another place
    5 {move} <obj> somewhere else
    5 {put} <obj> somewhere else
    4 {place} <obj> somewhere else
    4 {place} <obj> elsewhere
    3 {put} <obj> elsewhere on the table
    4 {move} <obj> to a different place
    3 {move} <obj> to a new position
    3 {move} <obj> to a different spot on the table
    3 {move} <obj> across the table
    3 {put} <obj> in another place
    3 {place} <obj> at another position
    2 {set} <obj> down somewhere else
    2 {set} <obj> down in another spot
    2 {put} <obj> down at a different place
    2 {relocate} <obj>
    2 {reposition} <obj>
    2 {shift} <obj> to another spot
    2 {transfer} <obj> to another place
    2 {carry} <obj> to another place
    1 {transport} <obj> to a new spot
    2 {change} the position of <obj>
    4 {pick} up <obj> @ and {place} <it> somewhere else
    4 {pick} up <obj> @ and {put} <it> down elsewhere
    4 {pick} up <obj> @ and {move} <it> to another spot
    3 {take} <obj> @ and {put} <it> somewhere else
    3 {take} <obj> @ and {place} <it> at another spot
    3 {grab} <obj> @ and {set} <it> down in a different place
    3 {grab} <obj> @, {move} <it> and {put} <it> down again
    3 {lift} <obj> @, {carry} <it> over and {set} <it> down
    2 {lift} <obj> @ and {put} <it> down in a new place
    2 {grasp} <obj> @, {move} <it> and {place} <it> on the table
    2 {pick} <obj> up @ and {set} <it> down again at another place
    2 {pick} up <obj> @ and {deposit} <it> elsewhere
    2 {use} <hand> to move <obj>
    2 {use} <hand> to move <obj> to another place
    2 {use} <hand> to put <obj> somewhere else
    2 {take} <obj> in <hand> and {place} <it> somewhere else
    1 {reach} out with <hand>, {grab} <obj> and {put} <it> down elsewhere
    1 {carry} <obj> in <hand> to another spot
    14 {move} <obj> <to>
    8 {place} <obj> <at>
    8 {put} <obj> <at>
    5 {set} <obj> down <at>
    5 {put} <obj> down <at>
    4 {shift} <obj> <to>
    4 {carry} <obj> <to>
    2 {transfer} <obj> <to>
    2 {relocate} <obj> <to>
    2 {bring} <obj> <to>
    2 {take} <obj> <to>
    3 {move} <obj> <to> and {put} <it> down
    3 {carry} <obj> <to> and {set} <it> down
    2 {change} the position of <obj> by moving <it> <to>
    6 {pick} up <obj> @ and {place} <it> <at>
    6 {pick} up <obj> @ and {put} <it> down <at>
    5 {pick} up <obj> @ and {move} <it> <to>
    4 {pick} <obj> up @ and {set} <it> down <at>
    4 {take} <obj> @ and {put} <it> <at>
    4 {grab} <obj> @ and {place} <it> <at>
    4 {grab} <obj> @ and {move} <it> <to>
    3 {grasp} <obj> @ and {set} <it> down <at>
    3 {lift} <obj> @ and {put} <it> down <at>
    3 {lift} <obj> @, {carry} <it> <to> and {put} <it> down
    2 {lift} <obj> off the table @ and {place} <it> <at>
    2 {reach} for <obj> @ and {move} <it> <to>
    1 {grab} <obj> @ and {deposit} <it> <at>
    3 {use} <hand> to move <obj> <to>
    3 {use} <hand> to place <obj> <at>
    2 {use} <hand> to put <obj> down <at>
    2 {take} <obj> in <hand> and {place} <it> <at>
    2 {take} <obj> in <hand> and {move} <it> <to>
    2 {reach} out with <hand>, {grab} <obj> and {move} <it> <to>
    1 {hold} <obj> in <hand> and {carry} <it> <to>
    2 {pick} up <obj> @, {carry} <it> through the air and {set} <it> down <at>
    2 {lift} <obj> @, {move} <it> <to> and {set} <it> down again
    2 {take} <obj> @, {lift} <it> and {put} <it> down <at>
    2 {lift} <obj> @, {move} <it> to a new spot and {lower} <it> onto the table
    2 {raise} <obj> @, {bring} <it> to another place and {set} <it> down
    2 both: {take} <obj> between <poss> hands and {put} <it> down elsewhere
    2 both: {carry} <obj> between <poss> hands and {set} <it> down in another place
    2 both: {take} <obj> between <poss> hands and {place} <it> <at>
    2 both: {lift} <obj> with a hand on each side and {put} <it> <at>
    1 both: {grasp} <obj> between two hands and {move} <it> <to>
""")

PASS = parse("""
    12 ~ {pass} <obj>
    6 ~ {pass} <obj> <someone>
    8 ~ {hand} over <obj>
    6 ~ {hand} <obj> <someone>
    5 ~ {hand} <obj> over <someone>
    5 ~ {give} <obj> <someone>
    4 ~ {pass} <obj> on
    4 ~ {pass} <obj> over
    4 {offer} <obj> <someone>
    3 {hold} out <obj> @
    3 {hold} <obj> out <someone>
    3 {hold} out <obj> <someone>
    3 {present} <obj> <someone>
    2 ~ {deliver} <obj> <someone>
    2 ~ {give} <obj> away
    2 ~ {reach} out and {hand} over <obj>
    2 {extend} <obj> <someone>
    5 ~ {pick} up <obj> @ and {pass} <it> <someone>
    5 ~ {pick} up <obj> @ and {hand} <it> over
    4 ~ {pick} up <obj> @ and {give} <it> <someone>
    4 ~ {take} <obj> @ and {pass} <it> <someone>
    4 ~ {take} <obj> @ and {hand} <it> <someone>
    4 ~ {grab} <obj> @ and {hand} <it> <someone>
    3 ~ {grab} <obj> @ and {pass} <it> on
    3 {lift} <obj> @ and {hold} <it> out <someone>
    3 {lift} <obj> @ and {offer} <it> <someone>
    2 {grasp} <obj> @! and {hold} <it> out for someone to take
    2 ~ {pick} up <obj> @ and {reach} out to give <it> <someone>
    2 ~ {lift} <obj> off the table @ and {pass} <it> <someone>
    1 ~ {pick} up <obj> @! and {let} someone else have <it>
    3 ~ {use} <hand> to pass <obj>
    3 ~ {use} <hand> to hand over <obj>
    2 ~ {use} <hand> to give <obj> <someone>
    2 ~ {take} <obj> in <hand> and {pass} <it> <someone>
    2 ~ {reach} out with <hand>, {grab} <obj> and {hand} <it> over
    1 {hold} <obj> in <hand> and {offer} <it> <someone>
    10 ~ {pass} <obj> <to>
    6 ~ {hand} <obj> over <receiver>
    5 ~ {hand} over <obj> <receiver>
    5 {hold} <obj> out <to>
    3 {hold} out <obj> <to>
    4 {offer} <obj> <receiver>
    3 ~ {give} <obj> away <receiver>
    2 {extend} <obj> <receiver>
    2 ~ {reach} out and {pass} <obj> <to>
    5 ~ {pick} up <obj> @ and {pass} <it> <to>
    5 ~ {pick} up <obj> @ and {hand} <it> over <receiver>
    4 ~ {take} <obj> @ and {pass} <it> <to>
    4 ~ {grab} <obj> @ and {hand} <it> over <receiver>
    3 {lift} <obj> @ and {hold} <it> out <to>
    3 ~ {grasp} <obj> @ and {pass} <it> along <to>
    2 ~ {lift} <obj> off the table @ and {hand} <it> over <receiver>
    3 ~ {use} <hand> to pass <obj> <to>
    2 ~ {use} <hand> to hand <obj> over <receiver>
    2 ~ {take} <obj> in <hand> and {pass} <it> <to>
    2 ~ {reach} out with <hand>, {grab} <obj> and {pass} <it> <to>
    2 ~ {take} <obj> @, {lift} <it> and {give} <it> <receiver>
    2 {pick} up <obj> @ and {present} <it> <receiver>
    2 {grab} <obj> @ and {hold} <it> out <receiver>
    2 {grab} <obj> @ and {extend} <it> <receiver>
    3 {pick} up <obj> @ and {hold} <it> out <to>
    2 {take} <obj> @ and {offer} <it> <receiver>
    2 {grab} <obj> @ and {present} <it> <someone>
    2 {take} <obj> @ and {reach} out to offer <it> <someone>
    2 {pick} up <obj> @ and {stretch} <it> out <someone>
    3 {hold} <obj> out for someone to take
    2 {hold} <obj> out in <hand> <someone>
    2 {hold} <obj> out in <hand> <to>
    2 {offer} <obj> in <hand>
    2 both: {hold} out <obj> between <poss> hands
    2 both: {take} <obj> between <poss> hands and {offer} <it> <someone>
    2 both: {take} <obj> between <poss> hands and {hold} <it> out <to>
    1 both: {present} <obj> with a hand on each side <to>
""")
