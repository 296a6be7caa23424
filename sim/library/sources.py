"""Modules written as guest source: module name -> text. They run on the simulated heap like any program, so their memory behaviour follows by itself."""

from __future__ import annotations

SOURCES: dict[str, str] = {}
