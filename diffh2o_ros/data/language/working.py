"""Ways to say that somebody works on the table with something."""

from __future__ import annotations

from diffh2o_ros.data.language.template import parse

STAMP = parse("""
    12 {stamp} with <obj>
    8 {press} <obj> down
    8 {press} <obj> onto the table
    6 {press} <obj> down on the table
    5 {stamp} the table with <obj>
    5 {push} <obj> down onto the table
    4 {press} <obj> against the table
    3 {stamp} <obj> onto the table
    3 {push} <obj> down
    2 {make} a stamp with <obj>
    3 {use} <obj> to stamp
    2 {press} down with <obj>
    2 {press} <obj> to the table
    2 {push} <obj> onto the surface
    2 {stamp} the surface with <obj>
    2 {bring} <obj> down on the table
    2 {grasp} <obj> @ and {push} <it> onto the table
    2 {grab} <obj> @ and {stamp} with <it>
    2 {pick} up <obj> @, {press} <it> against the table and {stamp}
    2 {take} <obj> @, {raise} <it> and {press} <it> down
    2 {press} the bottom of <obj> onto the table
    2 {push} <obj> against the surface
    6 {pick} up <obj> @ and {stamp} with <it>
    6 {pick} up <obj> @ and {press} <it> down
    5 {take} <obj> @ and {press} <it> onto the table
    5 {grab} <obj> @ and {press} <it> down on the table
    4 {lift} <obj> @ and {press} <it> onto the table
    4 {take} <obj> @ and {stamp} the table
    4 {grab} <obj> @ and {push} <it> down
    3 {lift} <obj> @, {bring} <it> down and {press} <it> onto the table
    3 {grasp} <obj> @, {lift} <it> and {stamp} with <it>
    3 {raise} <obj> @ and {push} <it> down onto the table
    2 {pick} up <obj> @ and {press} <it> against the surface
    2 {lift} <obj> @ and {make} a stamp on the table
    2 {take} hold of <obj> @ and {press} down with <it>
    2 {lift} <obj> off the table @ and {stamp} <it> down
    2 {reach} for <obj> @ and {stamp} the surface with <it>
    3 {use} <hand> to press <obj> down
    3 {use} <hand> to stamp with <obj>
    2 {take} <obj> in <hand> and {press} <it> onto the table
    2 {take} <obj> in <hand> and {stamp}
    2 {hold} <obj> in <hand> and {press} <it> down
    2 {reach} out with <hand>, {grab} <obj> and {press} <it> onto the table
    2 <obj> [is] used to stamp the table
    2 both: {take} <obj> between <poss> hands and {press} <it> down
    2 both: {press} <obj> onto the table between <poss> hands
    2 both: {hold} <obj> between both hands and {stamp} the table with <it>
    2 both: {lift} <obj> with a hand on each side and {press} <it> onto the table
""")

WIPE = parse("""
    12 {wipe} the table with <obj>
    8 {wipe} with <obj>
    8 {clean} the table with <obj>
    5 {wipe} the surface with <obj>
    4 {rub} the table with <obj>
    4 {move} <obj> back and forth on the table
    4 {move} <obj> to and fro along the table
    4 {slide} <obj> to and fro over the table
    3 {slide} <obj> back and forth
    3 {rub} <obj> over the table
    3 {wipe} <obj> over the table
    3 {wipe} <obj> to and fro
    3 {run} <obj> back and forth over the surface
    2 {stroke} the table with <obj>
    2 {swipe} <obj> over the table
    2 {clean} the surface with <obj>
    2 {drag} <obj> to and fro on the table
    4 {use} <obj> to wipe the table
    3 {use} <obj> to clean the table
    2 {rub} <obj> along the table
    6 ?brush|broom {brush} the table with <obj>
    5 ?brush|broom {brush} with <obj>
    3 ?brush|broom {sweep} the table with <obj>
    3 ?brush|broom {pick} up <obj> @ and {brush} the table
    2 ?brush|broom {take} <obj> @ and {sweep} over the table
    5 ?eraser|rubber {erase} something with <obj>
    3 ?eraser|rubber {pick} up <obj> @ and {erase} something
    3 ?sponge|brush|pad {scrub} the table with <obj>
    2 ?sponge|brush|pad {take} <obj> @ and {scrub} the table
    2 ?cloth|towel|duster|rag|napkin {dust} the table with <obj>
    2 ?cloth|towel|sponge|rag|pad {polish} the table with <obj>
    6 {pick} up <obj> @ and {wipe} the table
    5 {take} <obj> @ and {wipe} the table with <it>
    5 {grab} <obj> @ and {clean} the table
    4 {take} <obj> @ and {move} <it> back and forth
    4 {grab} <obj> @ and {rub} <it> over the table
    3 {grasp} <obj> @ and {slide} <it> to and fro along the table
    3 {pick} up <obj> @ and {rub} the table
    3 {take} hold of <obj> @ and {wipe} <it> over the surface
    3 {take} <obj> @ and {clean} the surface
    2 {grasp} <obj> @ and {swipe} <it> over the table
    2 {grab} <obj> @ and {run} <it> over the table to and fro
    2 {grip} <obj> @ and {drag} <it> back and forth on the table
    2 {take} <obj> @ and {stroke} the surface with <it>
    2 {reach} for <obj> @ and {wipe} the surface
    2 {grab} <obj> @ and {use} <it> to clean the table
    3 {use} <hand> to wipe the table with <obj>
    3 {use} <hand> to rub <obj> over the table
    2 {take} <obj> in <hand> and {wipe} the table
    2 {hold} <obj> in <hand> and {move} <it> to and fro over the table
    2 {take} <obj> in <hand> and {clean} the table
    2 {reach} out with <hand>, {grab} <obj> and {wipe} the table
    3 <obj> [is] used to wipe the table
    2 <obj> [is] used to clean the surface
    2 <obj> [is] picked up @ and used to wipe the table
    2 both: {take} <obj> between <poss> hands and {wipe} the table
    2 both: {rub} <obj> over the table between <poss> hands
    2 both: {hold} <obj> between both hands and {slide} <it> to and fro
""")

HAMMER = parse("""
    12 {hammer} with <obj>
    8 {hit} the table with <obj>
    6 {hammer} on the table with <obj>
    5 {strike} the table with <obj>
    5 {pound} the table with <obj>
    4 {knock} on the table with <obj>
    4 {bang} on the table with <obj>
    3 {beat} the table with <obj>
    3 {bang} <obj> on the table
    3 {hit} the table several times with <obj>
    3 {strike} the table repeatedly with <obj>
    2 {pound} on the surface with <obj>
    2 {tap} the table with <obj> a few times
    3 {swing} <obj> up and down
    3 {swing} <obj> as if driving in a nail
    3 {use} <obj> to hit the table
    3 {use} <obj> to hammer
    2 {hammer} away with <obj>
    2 {pretend} to hammer a nail with <obj>
    2 {strike} blows on the table with <obj>
    6 {pick} up <obj> @ and {hammer}
    6 {pick} up <obj> @ and {hit} the table with <it>
    5 {take} <obj> @ and {hammer} on the table
    4 {grab} <obj> @ and {strike} the table
    4 {grab} <obj> @ and {pound} the table
    4 {lift} <obj> @ and {hammer} with <it>
    3 {grasp} <obj> @, {lift} <it> and {hit} the table several times
    3 {take} <obj> @, {swing} <it> and {strike} the table
    3 {raise} <obj> @ and {bang} <it> on the table
    3 {pick} up <obj> @ and {knock} on the table with <it>
    2 {take} <obj> @ and {beat} the table a few times
    2 {pick} up <obj> @, {swing} <it> up and down and {hammer} the table
    2 {grab} <obj> @ and {use} <it> to hammer
    2 {take} hold of <obj> @ and {hammer} as if driving in a nail
    2 {lift} <obj> off the table @ and {strike} blows with <it>
    2 {reach} for <obj> @ and {pound} on the surface
    3 {use} <hand> to hammer with <obj>
    3 {use} <hand> to hit the table with <obj>
    2 {take} <obj> in <hand> and {hammer}
    2 {swing} <obj> in <hand> and {strike} the table
    2 {hold} <obj> in <hand> and {pound} the table
    2 {reach} out with <hand>, {grab} <obj> and {hammer} on the table
    3 <obj> [is] used to hammer
    2 <obj> [is] used to hit the table
    2 <obj> [is] picked up @ and used to hammer on the table
    2 both: {take} <obj> between <poss> hands and {hit} the table
    2 both: {swing} <obj> with two hands and {strike} the table
    2 both: {grip} <obj> with both hands and {hammer} with <it>
    2 both: {raise} <obj> with two hands and {pound} the table with <it>
""")
