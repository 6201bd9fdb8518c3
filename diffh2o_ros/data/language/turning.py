"""Ways to say that something is turned about the vertical or set upside down."""

from __future__ import annotations

from diffh2o_ros.data.language.template import parse

ROTATE = parse("""
    12 {rotate} <obj>
    10 {turn} <obj>
    6 {turn} <obj> around
    6 {rotate} <obj> on the table
    4 {turn} <obj> on the table
    4 {twist} <obj>
    3 {rotate} <obj> on the spot
    3 {turn} <obj> in place
    3 {rotate} <obj> around <its> vertical axis
    2 {turn} <obj> about <its> own axis
    2 {swivel} <obj>
    2 {swivel} <obj> on the table
    2 {pivot} <obj>
    2 {reorient} <obj>
    2 {change} the orientation of <obj>
    2 {point} <obj> another way
    2 {turn} <obj> to face another way
    2 {spin} <obj> around
    5 {grab} <obj> @ and {turn} <it>
    5 {grasp} <obj> @ and {rotate} <it>
    4 {take} hold of <obj> @ and {turn} <it> around
    3 {grip} <obj> @ and {twist} <it>
    3 {reach} for <obj> @ and {rotate} <it>
    3 {grasp} <obj> @ and {turn} <it> on the spot
    2 {grab} <obj> @ and {swivel} <it> on the table
    2 {take} hold of <obj> @ and {rotate} <it> in place
    2 {grip} <obj> @ and {pivot} <it>
    2 {grab} <obj> @ and {turn} <it> to face another way
    2 {grasp} <obj> @ and {reorient} <it> on the table
    3 {use} <hand> to rotate <obj>
    3 {use} <hand> to turn <obj> around
    2 {put} <hand> around <obj> and {turn} <it>
    2 {close} <hand> around <obj> and {rotate} <it>
    2 {reach} out with <hand>, {grasp} <obj> and {turn} <it>
    10 {rotate} <obj> <to>
    10 {turn} <obj> <to>
    4 {rotate} <obj> <to> on the table
    4 {turn} <obj> around <to>
    3 {twist} <obj> <to>
    3 {turn} <obj> <to> on the spot
    2 {swivel} <obj> <to>
    2 {pivot} <obj> <to>
    2 {spin} <obj> <to>
    2 {rotate} <obj> in place <to>
    4 {grab} <obj> @ and {turn} <it> <to>
    4 {grasp} <obj> @ and {rotate} <it> <to>
    3 {take} hold of <obj> @ and {turn} <it> <to>
    3 {grip} <obj> @ and {twist} <it> <to>
    2 {reach} for <obj> @ and {rotate} <it> <to> on the table
    2 {grab} <obj> @ and {swivel} <it> <to>
    2 {take} hold of <obj> @ and {rotate} <it> on the spot <to>
    3 {use} <hand> to rotate <obj> <to>
    3 {use} <hand> to turn <obj> <to>
    2 {close} <hand> around <obj> and {turn} <it> <to>
    2 {reach} out with <hand>, {grasp} <obj> and {rotate} <it> <to>
    2 both: {take} <obj> between <poss> hands and {turn} <it>
    2 both: {turn} <obj> with a hand on each side
    2 both: {grasp} <obj> between two hands and {rotate} <it> <to>
    2 both: {put} a hand on each side of <obj> and {turn} <it> <to>
""")

TURN_OVER = parse("""
    12 {turn} <obj> over
    10 {turn} <obj> upside down
    8 {flip} <obj> over
    6 {flip} <obj>
    5 {turn} over <obj>
    5 {put} <obj> upside down
    4 {place} <obj> upside down on the table
    4 {flip} <obj> upside down
    4 {set} <obj> down upside down
    3 {invert} <obj>
    3 {stand} <obj> on <its> head
    3 {put} <obj> down on <its> head
    2 {overturn} <obj>
    2 {upend} <obj>
    2 {turn} <obj> bottom up
    2 {turn} <obj> the other way up
    2 {put} <obj> the wrong way up
    2 {turn} the bottom of <obj> to the top
    2 {stand} <obj> upside down
    6 {pick} up <obj> @ and {turn} <it> upside down
    5 {pick} up <obj> @ and {turn} <it> over
    5 {grab} <obj> @ and {flip} <it> over
    4 {take} <obj> @ and {put} <it> down upside down
    4 {lift} <obj> @, {turn} <it> over and {set} <it> down
    4 {pick} up <obj> @, {flip} <it> and {put} <it> down
    4 {lift} <obj> @, {turn} <it> upside down and {place} <it> on the table
    3 {grasp} <obj> @ and {set} <it> down on <its> head
    3 {take} <obj> @ and {stand} <it> upside down on the table
    3 {raise} <obj> @, {invert} <it> and {put} <it> down
    3 {grab} <obj> @ and {turn} <it> the other way up
    2 {take} <obj> @ and {upend} <it>
    2 {lift} <obj> @ and {place} <it> bottom up
    2 {pick} <obj> up @ and {set} <it> down the wrong way up
    2 {take} hold of <obj> @ and {overturn} <it>
    2 {lift} <obj> off the table @ and {flip} <it> upside down
    2 {reach} for <obj> @ and {turn} <it> over
    3 {use} <hand> to turn <obj> over
    3 {use} <hand> to flip <obj>
    2 {use} <hand> to set <obj> down upside down
    2 {take} <obj> in <hand> and {turn} <it> upside down
    2 {take} <obj> in <hand>, {flip} <it> and {set} <it> down
    2 {reach} out with <hand>, {grab} <obj> and {turn} <it> over
    2 both: {take} <obj> between <poss> hands and {turn} <it> over
    2 both: {flip} <obj> with a hand on each side
    2 both: {lift} <obj> between both hands and {set} <it> down upside down
""")
