"""Ways to say that somebody drinks, toasts or eats."""

from __future__ import annotations

from diffh2o_ros.data.language.template import parse

DRINK = parse("""
    1 {gulp} from <obj>
    1 {swig} from <obj>
    2 {taste} <liquid> from <obj>
    14 {drink} from <obj>
    6 {drink} out of <obj>
    5 {drink} <liquid> from <obj>
    5 {take} a sip from <obj>
    4 {take} a drink from <obj>
    4 {have} a drink from <obj>
    3 {have} a sip from <obj>
    3 {sip} from <obj>
    3 {take} a sip of <liquid> from <obj>
    2 {sip} <liquid> from <obj>
    2 {take} a gulp from <obj>
    2 {drink} something from <obj>
    3 {use} <obj> to drink
    3 {bring} <obj> to <poss> mouth
    3 {bring} <obj> to <poss> mouth to drink
    3 {raise} <obj> to <poss> lips
    3 {lift} <obj> to <poss> mouth
    2 {lift} <obj> to <poss> lips and {drink}
    6 {pick} up <obj> @ and {drink}
    6 {pick} up <obj> @ and {drink} from <it>
    4 {pick} up <obj> @ and {take} a sip
    4 {take} <obj> @ and {drink}
    4 {take} <obj> @ and {drink} from <it>
    4 {grab} <obj> @ and {drink} from <it>
    4 {grab} <obj> @ and {take} a sip
    3 {lift} <obj> @ and {drink} <liquid>
    3 {lift} <obj> @, {bring} <it> to <poss> mouth and {drink}
    3 {pick} up <obj> @ and {bring} <it> to <poss> mouth
    2 {raise} <obj> @ and {take} a sip
    2 {grasp} <obj> @, {raise} <it> to <poss> lips and {drink}
    2 {lift} <obj> off the table @ and {drink} from <it>
    2 {pick} <obj> up @! to have a drink
    2 {bring} <obj> to <poss> mouth, {tilt} <it> and {drink}
    3 {use} <hand> to drink from <obj>
    2 {use} <hand> to take a sip from <obj>
    2 {use} <hand> to bring <obj> to the mouth
    3 {take} <obj> in <hand> and {drink}
    2 {hold} <obj> in <hand> and {drink} from <it>
    1 {reach} out with <hand>, {grab} <obj> and {drink}
    2 {grab} <obj> @, {tilt} <it> at <poss> mouth and {drink}
    2 {take} <obj> @, {hold} <it> to <poss> lips and {sip}
    2 {pick} up <obj> @, {put} <it> to <poss> mouth and {tip} <it>
    2 {grab} <obj> @ and {gulp} from <it>
    2 {take} <obj> @ and {have} a drink
    2 {lift} <obj> @ and {pretend} to drink
    2 {pretend} to drink from <obj>
    2 {put} <obj> to <poss> lips
    1 {quench} <poss> thirst from <obj>
    2 both: {take} <obj> between <poss> hands and {drink}
    2 both: {hold} <obj> between both hands and {sip} from <it>
    2 both: {raise} <obj> to <poss> mouth with two hands and {drink} from <it>
    1 both: {put} two hands around <obj> and {take} a sip
""")

TOAST = parse("""
    12 {toast} with <obj>
    8 {raise} <obj> for a toast
    8 {raise} <obj> to toast
    6 {raise} <obj> in a toast
    5 {make} a toast with <obj>
    4 {propose} a toast with <obj>
    3 {say} cheers with <obj>
    4 {lift} <obj> as if to toast
    3 {lift} <obj> to make a toast
    3 {hold} <obj> up for a toast
    3 {hold} up <obj> as if to say cheers
    2 {raise} <obj> in celebration
    2 {raise} <obj> to somebody's health
    2 {salute} someone with <obj>
    3 {toast} somebody with <obj>
    2 {offer} a toast with <obj>
    2 {raise} <obj> as in a toast
    3 {pretend} to toast with <obj>
    2 {cheer} with <obj>
    2 {raise} <obj> to say cheers
    6 {pick} up <obj> @ and {toast}
    5 {pick} up <obj> @ and {raise} <it> for a toast
    5 {take} <obj> @ and {toast} with <it>
    4 {grab} <obj> @ and {make} a toast
    4 {lift} <obj> @ and {propose} a toast
    4 {grab} <obj> @ and {raise} <it> to toast
    3 {take} <obj> @ and {hold} <it> up as if to toast
    3 {lift} <obj> @, {hold} <it> high and {say} cheers
    3 {pick} up <obj> @ and {say} cheers
    3 {grasp} <obj> @ and {lift} <it> in a toast
    2 {take} <obj> @ and {raise} <it> in celebration
    2 {lift} <obj> off the table @ and {toast} with <it>
    2 {reach} for <obj> @ and {raise} <it> to toast
    3 {use} <hand> to raise <obj> for a toast
    3 {use} <hand> to toast with <obj>
    2 {take} <obj> in <hand> and {toast}
    2 {hold} <obj> up in <hand> to toast
    2 {raise} <obj> in <hand> for a toast
    2 {reach} out with <hand>, {grab} <obj> and {raise} <it> to say cheers
    2 both: {take} <obj> between <poss> hands and {raise} <it> in a toast
    2 both: {hold} up <obj> between both hands to toast
    2 both: {lift} <obj> with two hands for a toast
""")

EAT = parse("""
    12 {eat} <obj>
    8 {take} a bite of <obj>
    6 {bite} into <obj>
    5 {take} a bite out of <obj>
    4 {have} a bite of <obj>
    3 {taste} <obj>
    3 {munch} on <obj>
    2 {nibble} at <obj>
    2 {nibble} on <obj>
    2 {snack} on <obj>
    2 {chew} on <obj>
    3 {pretend} to eat <obj>
    2 {pretend} to bite into <obj>
    5 {bring} <obj> to <poss> mouth to eat <it>
    4 {bring} <obj> to <poss> mouth for a bite
    4 {bring} <obj> to <poss> mouth to take a bite
    3 {raise} <obj> to <poss> mouth to bite <it>
    3 {lift} <obj> to <poss> mouth and {eat} <it>
    3 {put} <obj> to <poss> lips to take a bite
    2 {move} <obj> to <poss> mouth as if eating <it>
    6 {pick} up <obj> @ and {eat} <it>
    6 {pick} up <obj> @ and {take} a bite
    5 {take} <obj> @ and {bite} into <it>
    4 {grab} <obj> @ and {eat} <it>
    4 {grab} <obj> @ and {take} a bite of <it>
    4 {lift} <obj> @, {bring} <it> to <poss> mouth and {bite} into <it>
    4 {pick} up <obj> @, {bring} <it> to <poss> mouth and {take} a bite
    3 {lift} <obj> @ and {have} a bite
    3 {raise} <obj> @ and {bite} into <it>
    3 {grasp} <obj> @, {raise} <it> to <poss> mouth and {eat} <it>
    2 {take} <obj> @ and {munch} on <it>
    2 {take} <obj> @ and {nibble} at <it>
    2 {pick} up <obj> @ and {taste} <it>
    2 {take} <obj> @, {hold} <it> to <poss> mouth and {bite}
    2 {grab} <obj> @ and {bring} <it> to <poss> mouth as if eating <it>
    2 {lift} <obj> off the table @ and {eat} <it>
    2 {pick} <obj> up @! to eat <it>
    2 {reach} for <obj> @ and {take} a bite out of <it>
    3 {use} <hand> to eat <obj>
    3 {use} <hand> to bring <obj> to the mouth for a bite
    2 {take} <obj> in <hand> and {eat} <it>
    2 {hold} <obj> in <hand> and {bite} into <it>
    2 {take} <obj> in <hand> and {take} a bite
    2 {reach} out with <hand>, {grab} <obj> and {eat} <it>
    2 {eat} some of <obj>
    2 {eat} a piece of <obj>
    2 {take} a mouthful of <obj>
    2 {consume} <obj>
    2 {gnaw} at <obj>
    2 {bring} <obj> up to <poss> mouth to eat
    2 {pick} up <obj> @ and {have} a bite of <it>
    2 {lift} <obj> to <poss> lips and {bite} into <it>
    2 {grasp} <obj> @ and {chew} on <it>
    2 {take} <obj> @ and {eat} a piece of <it>
    2 <obj> [is] bitten into
    2 both: {take} <obj> between <poss> hands and {bite} into <it>
    2 both: {hold} <obj> between both hands and {take} a bite
    2 both: {bring} <obj> to <poss> mouth with two hands and {eat} <it>
""")
