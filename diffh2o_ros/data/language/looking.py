"""Ways to say that somebody looks at, looks through or listens to something."""

from __future__ import annotations

from diffh2o_ros.data.language.template import parse

INSPECT = parse("""
    2 {scrutinize} <obj>
    2 {explore} <obj> from all sides
    14 {inspect} <obj>
    10 {look} at <obj>
    8 {examine} <obj>
    5 {check} <obj>
    3 {check} out <obj>
    3 {study} <obj>
    3 {view} <obj>
    2 {observe} <obj>
    2 {survey} <obj>
    4 {take} a look at <obj>
    4 {take} a closer look at <obj>
    3 {have} a look at <obj>
    3 {have} a close look at <obj>
    3 {look} closely at <obj>
    3 {look} at <obj> from different sides
    3 {look} at <obj> from all sides
    2 {examine} <obj> from several angles
    2 {inspect} <obj> from up close
    2 {check} <obj> from every side
    3 {turn} <obj> around to look at <it>
    3 {rotate} <obj> to inspect <it>
    2 {turn} <obj> in front of <poss> eyes
    2 {bring} <obj> closer to look at <it>
    2 {bring} <obj> up to <poss> face
    2 {hold} up <obj> to look at <it>
    2 {hold} <obj> up and {examine} <it>
    6 {pick} up <obj> @ and {inspect} <it>
    6 {pick} up <obj> @ and {look} at <it>
    5 {pick} up <obj> @ and {examine} <it>
    4 {pick} <obj> up @! to take a closer look
    4 {take} <obj> @ and {inspect} <it>
    4 {take} <obj> @ and {look} at <it> closely
    4 {grab} <obj> @ and {look} at <it>
    3 {grab} <obj> @ and {check} <it>
    3 {lift} <obj> @ and {look} at <it> from all sides
    3 {lift} <obj> @ and {inspect} <it>
    3 {lift} <obj> up @ and {turn} <it> around to see <it> better
    3 {raise} <obj> @ and {examine} <it>
    2 {raise} <obj> to eye level @ and {look} at <it>
    2 {grasp} <obj> @, {bring} <it> closer and {examine} <it>
    2 {pick} up <obj> @ and {rotate} <it> to view <it> from different angles
    2 {pick} up <obj> @, {turn} <it> and {look} at <it>
    2 {pick} up <obj> @ and {hold} <it> in front of <poss> face
    2 {lift} <obj> off the table @ and {study} <it>
    1 {pick} up <obj> @! and {examine} <it> from every side
    3 {use} <hand> to inspect <obj>
    3 {use} <hand> to examine <obj>
    2 {use} <hand> to pick up <obj> and look at <it>
    2 {take} <obj> in <hand> and {inspect} <it>
    2 {take} <obj> in <hand> and {look} at <it>
    2 {hold} <obj> in <hand> and {examine} <it>
    2 {turn} <obj> in <hand> and {look} at <it>
    1 {reach} out with <hand>, {grab} <obj> and {inspect} <it>
    2 {take} <obj> @, {hold} <it> up and {turn} <it> to see <it> from all sides
    2 {grab} <obj> @, {bring} <it> up to <poss> face and {look} <it> over
    2 {pick} up <obj> @ and {look} <it> over
    2 {lift} <obj> @, {turn} <it> this way and that and {look} at <it>
    2 {look} <obj> over
    2 <obj> [is] looked at from all sides
    2 <obj> [is] picked up @ and turned around for a closer look
    2 both: {take} <obj> between <poss> hands and {look} at <it>
    2 both: {turn} <obj> between <poss> hands to look at <it>
    2 both: {hold} <obj> up between both hands and {inspect} <it>
    1 both: {lift} <obj> with a hand on each side and {examine} <it>
""")

LOOK_THROUGH = parse("""
    14 {look} through <obj>
    6 {peer} through <obj>
    4 {peek} through <obj>
    4 {gaze} through <obj>
    3 {look} at something through <obj>
    3 {view} something through <obj>
    3 {watch} something through <obj>
    3 {glance} through <obj>
    2 {observe} something through <obj>
    4 {use} <obj> to look at something
    5 {raise} <obj> to <poss> eyes
    4 {bring} <obj> to <poss> eyes
    4 {hold} <obj> to <poss> eyes
    3 {lift} <obj> to <poss> eye
    3 {hold} <obj> up to <poss> eye
    3 {bring} <obj> up to <poss> eye to look through <it>
    3 {raise} <obj> to <poss> eyes and {look} through <it>
    3 {hold} <obj> before <poss> eyes and {look} through
    2 {put} <obj> to <poss> eye
    4 ?camera {take} a picture with <obj>
    4 ?camera {take} a photo with <obj>
    2 ?camera {photograph} something with <obj>
    3 ?camera {pick} up <obj> @ and {take} a picture
    3 ?binocular|telescope|spyglass {look} into the distance through <obj>
    2 ?binocular|telescope|spyglass {pick} up <obj> @ and {look} into the distance
    3 ?magnif|lens|loupe {look} closely at something through <obj>
    2 ?magnif|lens|loupe {pick} up <obj> @ and {look} at something enlarged
    6 {pick} up <obj> @ and {look} through <it>
    5 {take} <obj> @ and {look} through <it>
    4 {grab} <obj> @ and {peer} through <it>
    4 {lift} <obj> @, {bring} <it> to <poss> eyes and {look} through <it>
    4 {pick} up <obj> @ and {raise} <it> to <poss> eyes
    4 {grab} <obj> @ and {hold} <it> to <poss> eye
    3 {lift} <obj> @ and {hold} <it> up to <poss> eyes
    3 {raise} <obj> @ and {look} through <it>
    3 {grasp} <obj> @, {lift} <it> to <poss> eyes and {peek} through
    3 {take} <obj> @ and {view} something through <it>
    2 {take} <obj> @, {raise} <it> to <poss> eye and {gaze} through <it>
    2 {pick} up <obj> @ and {watch} something through <it>
    2 {lift} <obj> off the table @ and {peer} through <it>
    2 {pick} <obj> up @! to look through <it>
    2 {reach} for <obj> @ and {bring} <it> to <poss> eyes
    3 {use} <hand> to raise <obj> to the eyes
    3 {use} <hand> to look through <obj>
    2 {take} <obj> in <hand> and {look} through <it>
    2 {hold} <obj> in <hand> and {peer} through <it>
    2 {reach} out with <hand>, {grab} <obj> and {look} through <it>
    2 <obj> [is] looked through
    2 <obj> [is] used to look at something
    2 both: {take} <obj> between <poss> hands and {look} through <it>
    2 both: {hold} <obj> between both hands and {look} through
    2 both: {raise} <obj> to <poss> eyes with two hands and {peer} through <it>
""")

CALL = parse("""
    10 {make} a call with <obj>
    8 {hold} <obj> to <poss> ear
    6 {call} someone with <obj>
    5 {make} a phone call with <obj>
    5 {bring} <obj> to <poss> ear
    4 {put} <obj> to <poss> ear
    4 {raise} <obj> to <poss> ear
    4 {talk} on <obj>
    3 {speak} on <obj>
    3 {answer} <obj>
    3 {answer} a call with <obj>
    3 {take} a call on <obj>
    3 {phone} someone with <obj>
    2 {telephone} with <obj>
    2 {listen} to <obj>
    3 {use} <obj> to call someone
    3 {use} <obj> to make a call
    3 {lift} <obj> to <poss> ear to make a call
    2 {hold} <obj> against <poss> ear
    2 {place} a call on <obj>
    2 {pretend} to call someone with <obj>
    2 {move} <obj> to <poss> ear and {talk}
    6 {pick} up <obj> @ and {make} a call
    5 {pick} up <obj> @ and {hold} <it> to <poss> ear
    5 {take} <obj> @ and {call} someone
    4 {grab} <obj> @ and {bring} <it> to <poss> ear
    4 {pick} up <obj> @ and {answer} <it>
    4 {lift} <obj> @, {hold} <it> to <poss> ear and {talk}
    3 {lift} <obj> @ and {put} <it> to <poss> ear
    3 {take} <obj> @ and {answer} a call
    3 {grasp} <obj> @, {raise} <it> to <poss> ear and {listen}
    3 {grab} <obj> @ and {phone} somebody
    2 {take} <obj> @ and {talk} on <it>
    2 {raise} <obj> @ and {hold} <it> against <poss> ear
    2 {pick} up <obj> @, {put} <it> to <poss> ear and {speak}
    2 {lift} <obj> off the table @ and {make} a phone call
    2 {pick} <obj> up @! to make a call
    2 {reach} for <obj> @ and {listen} to <it> at <poss> ear
    3 {use} <hand> to hold <obj> to the ear
    3 {use} <hand> to make a call with <obj>
    2 {take} <obj> in <hand> and {make} a call
    2 {hold} <obj> in <hand> and {bring} <it> to <poss> ear
    2 {take} <obj> in <hand> and {hold} <it> to <poss> ear
    2 {reach} out with <hand>, {grab} <obj> and {answer} <it>
    2 <obj> [is] used to make a call
    2 both: {take} <obj> between <poss> hands and {hold} <it> to <poss> ear
    2 both: {hold} <obj> to <poss> ear with two hands and {talk}
    2 both: {bring} <obj> to <poss> ear between both hands
""")
