"""Strings that live in the interpreter itself and are immortal from 3.12 on (Include/internal/pycore_global_strings.h): the names
programs meet most.
"""

from __future__ import annotations

DUNDERS = (
    "abs add aenter aexit aiter all and anext annotations await bases bool build_class builtins bytes call class cached class_getitem "
    "classcell complex contains copy ctypes_from_outparam del delattr delete delitem dict dir divmod doc enter eq exit file float "
    "floordiv format fspath ge get getattr getattribute getinitargs getitem getnewargs getnewargs_ex getstate gt hash iadd iand "
    "ifloordiv ilshift imatmul imod import imul index init init_subclass instancecheck int invert ior ipow irshift isabstractmethod "
    "isub iter itruediv ixor le len length_hint lltrace loader lshift lt main match_args matmul missing mod module mro_entries mul "
    "name ne neg new newobj next note or orig_class origin package parameters path pos pow prepare qualname radd rand rdivmod reduce "
    "reduce_ex repr reversed rfloordiv rlshift rmatmul rmod rmul ror round rpow rrshift rshift rsub rtruediv rxor set set_name "
    "setattr setitem setstate sizeof slots slotnames spec str sub subclasscheck subclasshook truediv trunc type_params "
    "warningregistry weakref xor "
)
PLAIN = (
    "self args kwargs key value name obj data index item items iterable iterator keys values append add clear close copy count "
    "default dict encoding end errors exc extend file filename flags flush format func function get globals hash hi id imag indent "
    "input int intern is_running isatty isinstance items iter join last left len line lineno list lo locals loop mapping max maxlen "
    "message metaclass mode module msg n new next node num number object old open order origin out override params parent path peek "
    "pid pos print prog property read readline real repr result return reverse right scheduler seek send sep sequence setcallable "
    "size sleep sort source start state stderr stdin stdout step stop str strict string sub_key symmetric_difference_update tag "
    "target text throw timeout times title top total type update user val version warn weeks write "
)
STATIC_NAMES = frozenset([f"__{name}__" for name in DUNDERS.split()] + PLAIN.split())
