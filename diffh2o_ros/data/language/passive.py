"""What is done to the object, for each action; the notation stands in template.py."""

from __future__ import annotations

from .template import parse

PASSIVE = {
    "lift": parse("""
        6 <obj> [is] picked up
        6 <obj> [is] lifted
        4 <obj> [is] lifted up
        4 <obj> [is] raised
        2 <obj> [is] grabbed @ and lifted
        2 <obj> [is] grasped @ and raised
        2 <obj> [is] lifted off the table
        2 <obj> [is] taken from the table
        1 <obj> [is] lifted @ and moved <to>
    """),
    "place": parse("""
        4 <obj> [is] moved
        4 <obj> [is] moved to another spot
        3 <obj> [is] placed somewhere else
        2 <obj> [is] picked up @ and put down elsewhere
        5 <obj> [is] moved <to>
        4 <obj> [is] placed <at>
        3 <obj> [is] put down <at>
        3 <obj> [is] picked up @ and placed <at>
        2 <obj> [is] lifted @, carried <to> and set down
    """),
    "pass": parse("""
        4 <obj> [is] passed <someone>
        4 <obj> [is] handed over
        3 <obj> [is] given <someone>
        2 <obj> [is] held out <someone>
        2 <obj> [is] picked up @ and handed <someone>
        4 <obj> [is] passed <to>
        3 <obj> [is] handed over <receiver>
        2 <obj> [is] picked up @ and passed <to>
    """),
    "inspect": parse("""
        4 <obj> [is] inspected
        3 <obj> [is] examined
        2 <obj> [is] looked at from all sides
        3 <obj> [is] picked up @ and inspected
        2 <obj> [is] lifted @ and examined
        1 <obj> [is] picked up @ and turned around for a closer look
    """),
    "pour": parse("""
        3 <obj> [is] tilted to pour
        3 <obj> [is] used to pour <liquid>
        2 <obj> [is] picked up @ and tilted to pour
        1 <obj> [is] emptied
        3 <obj> [is] tilted <to> to pour
        2 <obj> [is] lifted @ and tipped <to> to pour
    """),
    "drink": parse("""
        3 <obj> [is] brought to the mouth
        2 <obj> [is] raised to the lips for a sip
        2 <obj> [is] picked up @ for a drink
        2 <obj> [is] lifted to the mouth @ to drink
    """),
}
