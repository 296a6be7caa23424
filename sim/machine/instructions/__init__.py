"""The table of all instructions: name -> function. Profiles and beliefs may put another function under a name (machine/world.py)."""

from sim.machine.instructions import awaiting, calling, containers, exception_groups, flow, matching, operators, stack

TABLE = {
    **stack.TABLE, **operators.TABLE, **containers.TABLE, **calling.TABLE, **flow.TABLE, **exception_groups.TABLE, **matching.TABLE,
    **awaiting.TABLE,
}  # fmt: skip
