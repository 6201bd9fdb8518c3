"""Ways to say that something is poured from, or shaken."""

from __future__ import annotations

from diffh2o_ros.data.language.template import parse

POUR = parse("""
    1 {dispense} <liquid> from <obj>
    1 {decant} <liquid> from <obj>
    2 {pour} <liquid> using <obj>
    12 {pour} from <obj>
    6 {pour} out of <obj>
    5 {pour} something from <obj>
    5 {pour} <liquid> from <obj>
    4 {pour} <liquid> out of <obj>
    4 {pour} something out of <obj>
    3 {pour} with <obj>
    2 {serve} <liquid> from <obj>
    4 {tilt} <obj> to pour
    3 {tip} <obj> to pour
    3 {tilt} <obj> to pour something out
    3 {tip} <obj> to pour <liquid>
    2 {use} <obj> to pour <liquid>
    5 {pick} up <obj> @ and {pour}
    5 {pick} up <obj> @ and {pour} from <it>
    4 {pick} up <obj> @ and {pour} <liquid>
    4 {take} <obj> @ and {pour} something
    4 {take} <obj> @ and {pour} from <it>
    4 {grab} <obj> @ and {pour}
    3 {grab} <obj> @ and {tilt} <it> to pour
    3 {lift} <obj> @ and {pour} <liquid>
    3 {lift} <obj> @ and {tip} <it> to pour
    3 {lift} <obj> @, {tilt} <it> and {pour}
    2 {raise} <obj> @ and {tilt} <it> to pour something out
    2 {pick} up <obj> @, {tilt} <it> over and {pour} <liquid>
    2 {lift} <obj> off the table @ and {pour} from <it>
    3 {use} <hand> to pour from <obj>
    3 {use} <hand> to pour <liquid> from <obj>
    2 {take} <obj> in <hand> and {pour}
    2 {hold} <obj> in <hand> and {tilt} <it> to pour
    2 {reach} out with <hand>, {grab} <obj> and {pour}
    8 {pour} from <obj> <to>
    5 {pour} <liquid> from <obj> <to>
    4 {pour} something out of <obj> <to>
    5 {tilt} <obj> <to> to pour
    4 {tip} <obj> <to> to pour
    3 {tilt} <obj> <to> and {pour}
    3 {tilt} <obj> <to> as if pouring
    5 {pick} up <obj> @ and {pour} <to>
    4 {pick} up <obj> @ and {tilt} <it> <to> to pour
    4 {take} <obj> @ and {pour} <liquid> <to>
    4 {grab} <obj> @ and {pour} from <it> <to>
    3 {lift} <obj> @ and {pour} <to>
    3 {lift} <obj> @ and {tip} <it> <to> to pour <liquid>
    2 {grasp} <obj> @ and {tilt} <it> <to> to pour something out
    3 {use} <hand> to pour from <obj> <to>
    2 {use} <hand> to tilt <obj> <to> and pour
    2 {take} <obj> in <hand> and {pour} <to>
    3 {grab} <obj> @, {tilt} <it> and {let} something run out
    2 {pick} up <obj> @ and {tip} <it> over as if pouring
    2 {lift} <obj> @ and {tilt} <it> as if pouring
    2 {take} <obj> @, {raise} <it> and {tip} <it> <to> as if pouring
    2 {pick} up <obj> @, {tilt} <it> <to> and {pour}
    2 {take} <obj> @ and {tip} <it> <to> to pour <liquid>
    2 {pretend} to pour from <obj>
    2 {pretend} to pour from <obj> <to>
    2 {pour} something <to> out of <obj>
    2 {pour} <to> from <obj>
    2 <obj> [is] used to pour <liquid>
    2 both: {take} <obj> between <poss> hands and {pour}
    2 both: {lift} <obj> with two hands and {tilt} <it> to pour
    2 both: {take} <obj> between <poss> hands and {tilt} <it> <to> to pour
    2 both: {hold} <obj> between two hands and {pour} from <it> <to>
    2 {tilt} <obj> as if pouring
    3 {pour} out something from <obj>
""")

SHAKE = parse("""
    14 {shake} <obj>
    8 {shake} up <obj>
    6 {give} <obj> a shake
    5 {shake} <obj> up
    4 {shake} <obj> in the air
    3 {shake} <obj> a few times
    3 {shake} <obj> repeatedly
    3 {shake} <obj> several times
    2 {rattle} <obj>
    2 {jiggle} <obj>
    2 {jolt} <obj> a few times
    2 {wiggle} <obj> in the air
    2 {agitate} <obj>
    2 {give} <obj> a few shakes
    2 {give} <obj> a little shake
    2 {shake} <obj> over and over
    2 {hold} <obj> up @ and {give} <it> a shake
    2 {pick} up <obj> @ and {shake} <it> up
    2 {lift} <obj> up @ to shake <it>
    2 {grasp} <obj> @ and {rattle} <it>
    2 {take} hold of <obj> @, {raise} <it> and {shake} <it>
    2 {grip} <obj> @ and {jiggle} <it>
    2 {grab} <obj> @ and {agitate} <it>
    2 ?bottle|jar|can|carton|box|tin|shaker {shake} the contents of <obj>
    2 ?bottle|jar|shaker|flask|carton {shake} <obj> @! to mix what is inside
    2 ?box|present|gift|package|parcel|tin {shake} <obj> @! to hear what is inside
    4 {lift} <obj> to shake <it>
    3 {hold} up <obj> and {shake} <it>
    8 {pick} up <obj> @ and {shake} <it>
    6 {take} <obj> @ and {shake} <it>
    5 {grab} <obj> @ and {shake} <it>
    5 {lift} <obj> @ and {shake} <it>
    4 {pick} up <obj> @ and {give} <it> a shake
    3 {lift} <obj> @ and {shake} <it> in the air
    3 {grasp} <obj> @, {lift} <it> and {shake} <it>
    3 {pick} <obj> up @ and {shake} <it> a few times
    3 {grab} <obj> @ and {shake} <it> several times
    3 {raise} <obj> @ and {shake} <it> up
    2 {take} <obj> @ and {rattle} <it>
    2 {lift} <obj> @ and {jiggle} <it>
    2 {lift} <obj> @ and {wiggle} <it> in the air
    2 {take} <obj> @ and {shake} <it> over and over
    2 {lift} <obj> off the table @ and {give} <it> a few shakes
    2 {reach} for <obj> @ and {shake} <it> repeatedly
    2 {take} hold of <obj> @ and {shake} <it> up
    3 {use} <hand> to shake <obj>
    2 {use} <hand> to pick up <obj> and shake <it>
    2 {use} <hand> to give <obj> a shake
    2 {take} <obj> in <hand> and {shake} <it>
    2 {shake} <obj> in <hand>
    2 {hold} <obj> in <hand> and {shake} <it> a few times
    2 {reach} out with <hand>, {grab} <obj> and {shake} <it>
    2 both: {take} <obj> between <poss> hands and {shake} <it>
    2 both: {shake} <obj> between <poss> hands
    2 both: {hold} <obj> with a hand on each side and {shake} <it>
""")
